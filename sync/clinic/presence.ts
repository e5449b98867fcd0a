import type { Will } from '../bus/port.ts';
import type { ClinicCode, LedgerId } from '../contract/ids.ts';
import type { Presence } from '../contract/presence.ts';
import { ledgerTopic } from '../contract/topics.ts';
import type { LinkOptions } from './ports.ts';

const EVERY_MS = 60_000;
/** A dead line must not hold up the end of the process. */
const OFFLINE_MS_MAX = 2_000;

/** Tells the broker, in clear and retained, that this box is there: numbers only. docs/wire.md §1 */
interface PresenceSender {
  /** Publishes at once when connected, then every minute. */
  start(): void;
  publishPresence(connected: boolean): Promise<void>;
  /** Ends the heartbeat, and publishes that the box is offline when there is a connection. */
  stop(): Promise<void>;
}

export function createPresence({ bus, source, clock, boot }: LinkOptions): PresenceSender {
  const topic = ledgerTopic(source.clinic, source.ledger, 'state');
  let timer: unknown;

  function publishPresence(connected: boolean): Promise<void> {
    const { head, held } = { head: source.head().seq, held: source.deliveredThrough() };
    const message: Presence = { v: 1, boot, connected, head, held };
    return bus.publish(topic, Buffer.from(JSON.stringify(message)), { retain: true }).catch(() => undefined);
  }

  function publishOffline(): Promise<void> {
    return new Promise((done) => {
      const timeout = clock.setTimeout(done, OFFLINE_MS_MAX);
      void publishPresence(false).then(() => {
        clock.clearTimeout(timeout);
        done();
      });
    });
  }

  function heartbeat(): void {
    if (bus.connected()) void publishPresence(true);
    timer = clock.setTimeout(heartbeat, EVERY_MS);
  }

  return {
    start: heartbeat,
    publishPresence,
    async stop() {
      clock.clearTimeout(timer);
      if (bus.connected()) await publishOffline();
    },
  };
}

/** The last will to give the bus, so that the township learns of an end without DISCONNECT. */
export function presenceWill(source: { clinic: ClinicCode; ledger: LedgerId }, boot: string): Will {
  const payload = Buffer.from(JSON.stringify({ v: 1, boot, connected: false }));
  return { topic: ledgerTopic(source.clinic, source.ledger, 'state'), payload, retain: true };
}
