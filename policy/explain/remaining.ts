/**
 * What a person may still draw, before or after a visit: 今年还能报 on the page, and the last lines of the slip.
 */

import { type Day, nextPeriodStart, type Period } from '../calendar.ts';
import { type ReadClaim, readVisit } from '../claim/claim.ts';
import type { Benefit } from '../compile/benefit.ts';
import type { Limit } from '../compile/limits.ts';
import { type Fen, formatFen } from '../fen.ts';
import { mayPrice } from '../price/adjudicate.ts';
import { againWords, thisPeriod, yuan } from './words.ts';

/** Money in yuan text. `text` is the sentence for the page: what is left, or when it starts again. */
export interface Remaining {
  bucket: string;
  title: string;
  period: Period;
  bound: string;
  used: string;
  left: string;
  text: string;
}

/**
 * The money limits that hold for this person on this day, each bucket once with the least that is left;
 * without those of a single visit. `claim` may still have no items. A claim that cannot be read, or that the
 * bundle may not price, has none: [].
 */
export function remaining(bundle: Benefit, claim: unknown): Remaining[] {
  const visit = readVisit(claim, bundle);
  if (visit === null || !mayPrice(bundle, { ...visit.person, setl_date: visit.encounter.setl_date }))
    return [];
  return remainingOf(bundle, visit);
}

/** As `remaining`, of a claim that was read and that the bundle may price. */
export function remainingOf(bundle: Benefit, visit: ReadClaim): Remaining[] {
  const least = new Map<string, { fen: Fen; row: Remaining }>();
  for (const { limit, title } of limitsFor(bundle, visit)) {
    const bound = limit.amount?.(visit, -1) ?? 0;
    const used = visit.used[limit.bucket.index] as number;
    const fen = Math.max(0, bound - used);
    const known = least.get(limit.bucket.name);
    if (known === undefined || fen < known.fen)
      least.set(limit.bucket.name, {
        fen,
        row: describe(limit, title, bound, used, visit.encounter.setl_date),
      });
  }
  return [...least.values()].map(({ row }) => row);
}

function limitsFor(bundle: Benefit, visit: ReadClaim): { limit: Limit; title: string }[] {
  const stages = bundle.pool.filter((stage) => !stage.forChronic || visit.person.chronic.length > 0);
  return (
    [...stages, ...bundle.layers]
      .filter((payer) => payer.when(visit, -1))
      // The purse's own name: a cap that several payers share is none of theirs alone.
      .flatMap(({ id, title, limits }) =>
        limits.map((limit) => ({ limit, title: limit.bucket.title ?? title ?? id })),
      )
      .filter(({ limit }) => limit.amount !== undefined && limit.bucket.period !== 'visit')
      .filter(({ limit }) => limit.when(visit, -1))
  );
}

function describe(limit: Limit, title: string, bound: Fen, used: Fen, day: Day): Remaining {
  const { name, period } = limit.bucket;
  const left = formatFen(Math.max(0, bound - used));
  const again = againWords(period, nextPeriodStart(period, day), day);
  const text =
    used < bound
      ? `${thisPeriod(period)}还能报 ${left} 元`
      : `${thisPeriod(period)} ${yuan(formatFen(bound))} 元已用完，${again}`;
  return { bucket: name, title, period, bound: formatFen(bound), used: formatFen(used), left, text };
}
