/**
 * 结算 once. An attempt gets one request id and keeps it, over double clicks, silence and reloads,
 * until the gateway has given a final answer: with the same id the gateway settles once.
 */
import type { Draft, ErrorView, SettledView } from '../../api/views/types.ts';
import { type Confirm, NoAnswer, type PaidWay, Refused } from '../shared/api.ts';
import type { KeyValueStore } from '../shared/ports.ts';

const KEY = 'cunyitong.attempt';

export interface Attempt {
  visit: string;
  request: string;
  digest: string;
  draft: Draft;
  paid_way: PaidWay;
}

type Outcome =
  | { kind: 'settled'; settled: SettledView }
  | { kind: 'refused'; view: ErrorView }
  | { kind: 'locked' } // somebody has to log in first; the attempt is kept
  | { kind: 'stopped' }; // the doctor stopped asking; the attempt is kept

export function keptAttempt(storage: KeyValueStore): Attempt | null {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? 'null') as Attempt | null;
    return kept && typeof kept.request === 'string' && typeof kept.visit === 'string' ? kept : null;
  } catch {
    return null;
  }
}

function forgetAttempt(storage: KeyValueStore): void {
  storage.removeItem(KEY);
}

/** Begins an attempt, or goes on with the one that has had no answer yet. */
export function beginAttempt(
  storage: KeyValueStore,
  wanted: Omit<Attempt, 'request'>,
  newId: () => string,
): Attempt {
  const kept = keptAttempt(storage);
  const same = kept && kept.visit === wanted.visit && kept.digest === wanted.digest;
  const attempt = { ...wanted, request: same ? kept.request : newId() };
  storage.setItem(KEY, JSON.stringify(attempt));
  return attempt;
}

export function backOffMs(asked: number): number {
  return Math.min(5_000, 400 * 2 ** asked);
}

/** An answer that says nothing about whether it was settled: ask again. */
function askAgain(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  return error instanceof Refused && (error.status >= 500 || error.status === 408 || error.status === 429);
}

interface SettlePorts {
  confirm(visit: string, body: Confirm): Promise<SettledView>;
  wait(ms: number): Promise<void>;
  storage: KeyValueStore;
  /** The answer to the `asked`th try left open whether it was settled. */
  asking(asked: number, view: ErrorView | null): void;
  stopped(): boolean;
}

/** The outcome that a refusal decides. What is no refusal is a fault of the page. */
function outcomeOf(error: unknown, storage: KeyValueStore): Outcome {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) return { kind: 'locked' };
  forgetAttempt(storage);
  return { kind: 'refused', view: error.view };
}

export async function settle(attempt: Attempt, ports: SettlePorts): Promise<Outcome> {
  const { visit, request, digest, draft, paid_way } = attempt;
  for (let asked = 0; ; asked++) {
    try {
      const settled = await ports.confirm(visit, { request, digest, draft, paid_way });
      forgetAttempt(ports.storage);
      return { kind: 'settled', settled };
    } catch (error) {
      if (!askAgain(error)) return outcomeOf(error, ports.storage);
      ports.asking(asked + 1, error instanceof Refused ? error.view : null);
      await ports.wait(backOffMs(asked));
      if (ports.stopped()) return { kind: 'stopped' };
    }
  }
}
