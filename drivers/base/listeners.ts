/** A list of listeners. One that throws does not keep the others from being called. */
import type { Unsubscribe } from '../contract.ts';

export class Listeners<T, Answer = void> {
  readonly #all = new Set<(value: T) => Answer>();
  readonly #onFault: ((error: unknown) => void) | undefined;

  /** `onFault` gets what a listener throws; without it `emit` throws the first such error at its end. */
  constructor(onFault?: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(listener: (value: T) => Answer): Unsubscribe {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Gives what the listeners answer that did not throw. */
  emit(value: T): Answer[] {
    const answers: Answer[] = [];
    const faults: unknown[] = [];
    for (const listener of [...this.#all]) {
      try {
        answers.push(listener(value));
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0 && !this.#onFault) throw faults[0];
    for (const error of faults) this.#onFault?.(error);
    return answers;
  }
}
