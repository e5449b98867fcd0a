import type { Clock } from '../../drivers/contract.ts';
import { every } from '../every.ts';
import type { ClockState } from '../ledger/index.ts';

const ASK_EVERY_MS = 60_000;

/** The machine, as far as its clock goes. */
export interface Machine {
  /** ms since it was started. */
  uptime(): number;
  /** Names this start of it. */
  boot(): string;
  /** What the system says of its time server: `NTPSynchronized=yes` or `=no`. */
  timeServerState(): Promise<string>;
}

/**
 * What this machine knows of its clock. Asks at once, then every minute, until `stop`. `battery`: it keeps
 * its time without power.
 */
export function startMachineClock(
  machine: Machine,
  battery: boolean,
  clock: Clock,
): ClockState & { stop(): void } {
  const { uptime, timeServerState } = machine;
  const boot = machine.boot();
  let synchronised: boolean | null = null;
  async function ask(): Promise<void> {
    const [, answer] = /^NTPSynchronized=(yes|no)\s*$/.exec(await timeServerState()) ?? [];
    synchronised = answer === undefined ? null : answer === 'yes';
  }
  if (battery) return { uptime, boot, synchronised: () => true, stop: () => undefined };
  void ask();
  const stop = every(clock, ASK_EVERY_MS, () => void ask());
  return { uptime, boot, synchronised: () => synchronised, stop };
}
