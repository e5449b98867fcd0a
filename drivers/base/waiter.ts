/**
 * The one way a driver waits. Everything that waits on a line is asked again when bytes come, gives up at
 * its limit, and rejects as soon as the line ends, so no timer and no promise outlives a pulled cable.
 */
import type { Clock, Milliseconds } from '../contract.ts';

export class Waiter {
  readonly #clock: Clock;
  readonly #checks = new Set<() => void>();
  #aborted: Error | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * First defined value of `take`, asked now and after each `notify`; undefined once `msMax` are over.
   * Without `msMax` it waits as long as the line is open: for a device that speaks without being asked.
   */
  waitFor<T>(take: () => T | undefined): Promise<T>;
  waitFor<T>(take: () => T | undefined, msMax: Milliseconds): Promise<T | undefined>;
  waitFor<T>(take: () => T | undefined, msMax?: Milliseconds): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        this.#clock.clearTimeout(timer);
        this.#checks.delete(check);
        act();
      };
      const check = (): void => {
        try {
          if (this.#aborted) throw this.#aborted;
          const value = take();
          if (value !== undefined) finish(() => resolve(value));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer =
        msMax === undefined
          ? undefined
          : this.#clock.setTimeout(() => finish(() => resolve(undefined)), msMax);
      this.#checks.add(check);
      check();
    });
  }

  async sleep(ms: Milliseconds): Promise<void> {
    await this.waitFor(() => undefined, ms);
  }

  /** Something has changed: every wait asks its `take` again. */
  notify(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Every wait, present and future, rejects with `why`. */
  abort(why: Error): void {
    this.#aborted ??= why;
    this.notify();
  }
}
