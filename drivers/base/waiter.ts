/**
 * The one way a driver waits. Everything that waits on a line wakes when bytes come, gives up at its
 * limit, and ends at once when the line ends, so no timer and no promise outlives a pulled cable.
 */
import type { Clock } from '../contract.ts';

export class Waiting {
  readonly #clock: Clock;
  readonly #checks = new Set<() => void>();
  #ended: Error | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** First defined value of `take`, asked now and after each `wake`; undefined once `msMax` are over. */
  until<T>(take: () => T | undefined, msMax: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        this.#clock.clearTimeout(timer);
        this.#checks.delete(check);
        act();
      };
      const check = (): void => {
        const ended = this.#ended;
        try {
          if (ended) throw ended;
          const value = take();
          if (value !== undefined) finish(() => resolve(value));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = this.#clock.setTimeout(() => finish(() => resolve(undefined)), msMax);
      this.#checks.add(check);
      check();
    });
  }

  async sleep(ms: number): Promise<void> {
    await this.until(() => undefined, ms);
  }

  wake(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Every wait, present and future, rejects with `why`. */
  end(why: Error): void {
    this.#ended ??= why;
    this.wake();
  }
}
