import type { SeededRandom } from '../processes/samples.ts';

/**
 * What dies during a visit, and when: all drawn before the visit begins, so that a seed fixes every draw of a
 * run.
 */

export type Name = 'gateway' | 'township' | 'mosquitto';

/**
 * When a kill falls. Of the gateway: before the confirm, when it was sent, when the ledger's file was
 * written, when it was answered. Of the other two: at any time after the confirm was sent (`any`), when
 * something passes the broker on its way `up` from the box or `down` from the township (a receipt, most
 * often), when the township's file was written.
 */
export type GatewayMoment = 'none' | 'quote' | 'sent' | 'written' | 'answer';
export type OtherMoment = 'any' | 'up' | 'written' | 'down';

export interface Kill<Moment> {
  moment: Moment;
  /** How far into the moment, 0 to 1; of those that are ways between two instants, the square of it. */
  part: number;
  /** How long it stays dead. */
  pause_ms: number;
}

export interface Plan {
  gateway: Kill<GatewayMoment>;
  township: Kill<OtherMoment> | null;
  /** `remembers`: comes back with `persistence true`, and what it had written to its file by then. */
  mosquitto: (Kill<OtherMoment> & { remembers: boolean }) | null;
}

const PAUSE_MS_MAX = { gateway: 300, township: 1_500, mosquitto: 1_000 };
const GATEWAY: GatewayMoment[] = [
  ...(['none', 'quote', 'answer'] as const),
  ...(['sent', 'sent', 'sent', 'written', 'written', 'written'] as const),
];
const TOWNSHIP: OtherMoment[] = ['any', 'up', 'written', 'down', 'down'];
const MOSQUITTO: OtherMoment[] = ['any', 'up', 'down'];

export function drawPlan(random: SeededRandom): Plan {
  const kill = <Moment>(name: Name, moments: Moment[]): Kill<Moment> => ({
    moment: random.pick(moments),
    part: random.next(),
    pause_ms: random.below(PAUSE_MS_MAX[name]),
  });
  const gateway = kill('gateway', GATEWAY);
  // Drawn whether used or not: what is drawn after it does not depend on it.
  const township = kill('township', TOWNSHIP);
  const mosquitto = { ...kill('mosquitto', MOSQUITTO), remembers: random.below(2) === 0 };
  return {
    gateway,
    township: random.below(5) < 2 ? township : null,
    mosquitto: random.below(5) < 2 ? mosquitto : null,
  };
}
