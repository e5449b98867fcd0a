/** A list of listeners. One that throws does not keep the others from being called. */
import type { Unsubscribe } from '../contract.ts';

export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #onFault: ((error: unknown) => void) | undefined;

  /** `onFault` gets what a listener throws; without it `emit` throws the first such error at its end. */
  constructor(onFault?: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(listener: (value: T) => void): Unsubscribe {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(value: T): void {
    const faults: unknown[] = [];
    for (const listener of [...this.#all]) {
      try {
        listener(value);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length === 0) return;
    if (!this.#onFault) throw faults[0];
    for (const error of faults) this.#onFault(error);
  }
}
