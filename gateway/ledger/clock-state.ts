import type { Milliseconds } from '../../drivers/contract.ts';

/** What a machine knows of its own clock. */
export interface ClockState {
  /** Since the machine was started; no setting of the clock moves it, and it counts sleep. */
  uptime(): Milliseconds;
  /** Another one at every start of the machine; null when no start is to be told from another. */
  readonly boot: string | null;
  /** Whether the clock is kept right: by a time server, or by a battery. null: nobody can say. */
  synchronised(): boolean | null;
}

/** Of a clock that is right and runs evenly, as those of tests and of tools are. */
export const keptRight = ({ now }: { now(): number }): ClockState => ({
  uptime: now,
  boot: null,
  synchronised: () => true,
});
