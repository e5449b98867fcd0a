/**
 * What a device counts: a fixed set of names per driver, each with one line for the engineer: the bases'
 * in docs/drivers.md, held by a test, a driver's own in its counters.ts.
 */

export type CounterDocs<Name extends string = string> = Readonly<Record<Name, string>>;
export type Counts<Name extends string = LineCounter> = Readonly<Record<Name, number>>;
/** `by`: how many at once, 1 if left out; a whole number from 0. */
export type Count<Name extends string> = (name: Name, by?: number) => void;

/** Counted by the base for every device on a line; a driver adds its own. */
export const LINE_COUNTERS = {
  opens: 'The line was opened.',
  lost: 'The line ended while it was in use: cable, power or network.',
  faults: 'An error in the code of the driver or of a listener; the log names the place.',
} as const;
export type LineCounter = keyof typeof LINE_COUNTERS;

export class Counters<Name extends string> {
  readonly #counts: Record<Name, number>;

  constructor(docs: CounterDocs<Name>) {
    this.#counts = Object.fromEntries(Object.keys(docs).map((name) => [name, 0])) as Record<Name, number>;
  }

  add(name: Name, by = 1): void {
    this.#counts[name] += by;
  }

  all(): Counts<Name> {
    return { ...this.#counts };
  }
}
