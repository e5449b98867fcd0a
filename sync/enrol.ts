import type { Bus } from './bus.ts';
import type { Clock, Random } from './ports.ts';
import type { Trust } from './record/dataset.ts';
import type { SigningKey } from './record/keys.ts';
import type { SealingKey } from './record/seal.ts';

/** What a box knows after its enrolment. docs/record.md §7 */
export interface Enrolment {
  clinic: { fixmedins_code: string; fixmedins_name: string; level: string; mode: string; admdvs: string };
  /** `sealing` and `recovery`: X25519 public keys, base64url. */
  township: { code: string; name: string; sealing: string; recovery: string };
  trust: Trust;
  mqtt: { username: string; password: string };
}

export interface EnrolOptions {
  bus: Bus;
  code: string;
  box: { signing: SigningKey; sealing: SealingKey; ledger: string };
  random: Random;
  clock: Clock;
  timeout_ms: number;
}

export function enrolAtTownship(_options: EnrolOptions): Promise<Enrolment> {
  throw new Error('not yet');
}
