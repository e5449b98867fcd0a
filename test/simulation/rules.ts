import type { UsedBucket } from '../../gateway/ledger/index.ts';

/** A small policy of four buckets, so that a few simulated weeks run into every cap. Fen, or a count. */
export const CAPS: Record<string, number> = {
  'outpatient-year': 9_000,
  'chronic-month': 4_000,
  'visits-day': 2,
  'clinic-day': 12_000,
};

export const BUCKETS: UsedBucket[] = [
  { name: 'outpatient-year', period: 'year', scope: 'person' },
  { name: 'chronic-month', period: 'month', scope: 'person' },
  { name: 'visits-day', period: 'day', scope: 'person' },
  { name: 'clinic-day', period: 'day', scope: 'clinic' },
];

export const PLACE = { insutype: '390', poolarea: '440882' };
