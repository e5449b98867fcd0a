import type { Operator } from '../../sync/contract/datasets/operators.ts';
import type { ReferenceNow } from './visit/reference.ts';

/** Whether the datasets a visit needs are in force; before that there is nothing to price with. */
export interface Readiness {
  /** Resolves when they are. */
  promise: Promise<void>;
  /** Looks again; true when they are. */
  check(): boolean;
}

/** The first start waits for the township's datasets. */
export function untilReady(reference: ReferenceNow): Readiness {
  const { promise, resolve } = Promise.withResolvers<void>();
  let ready = false;
  function check(): boolean {
    if (ready) return true;
    ready = reference().complete;
    if (ready) resolve();
    return ready;
  }
  check();
  return { promise, check };
}

/** Who may log in; nobody as long as the datasets have not come, or cannot be read. */
export const operatorsNow = (reference: ReferenceNow): readonly Operator[] =>
  reference().operators.held ?? [];
