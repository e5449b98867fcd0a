import type { Store } from '../store/index.ts';

/** One derived table: its rows, the row of another store with the same key, and what to call a row. */
interface Table<Row extends object> {
  rows(store: Store): Iterable<Row>;
  twin(store: Store, row: Row): Row | null;
  differs(row: Row): string;
  extra(row: Row): string;
}

/** Compares a stored table with the same table made from the records. */
type Comparison = (store: Store, rebuilt: Store) => Generator<string>;

function comparison<Row extends object>({ rows, twin, differs, extra }: Table<Row>): Comparison {
  return function* (store, rebuilt) {
    for (const row of rows(rebuilt)) if (!same(row, twin(store, row))) yield differs(row);
    for (const row of rows(store)) if (!twin(rebuilt, row)) yield extra(row);
  };
}

const COMPARISONS: Comparison[] = [
  comparison({
    rows: (store) => store.requestRows(),
    twin: (store, { request }) => {
      const seq = store.request(request);
      return seq === null ? null : { request, seq };
    },
    differs: ({ seq }) => `requests: that of record ${seq}`,
    extra: ({ seq }) => `requests: one too many, for record ${seq}`,
  }),
  comparison({
    rows: (store) => store.usedRows(),
    twin: (store, row) => store.used(row),
    differs: ({ bucket, period, amount }) => `used: ${bucket} of ${period} is not ${amount}`,
    extra: ({ bucket, period }) => `used: ${bucket} of ${period} is one too many`,
  }),
  comparison({
    rows: (store) => store.settlementRows(),
    twin: (store, { day, seq }) => store.settlement(day, seq),
    differs: ({ day, seq }) => `settlements: ${seq} on ${day}`,
    extra: ({ day, seq }) => `settlements: ${seq} on ${day} is one too many`,
  }),
  comparison({
    rows: (store) => store.soldRows(),
    twin: (store, row) => (store.soldIn(row.code).includes(row.seq) ? row : null),
    differs: ({ seq }) => `sold_codes: one of record ${seq}`,
    extra: ({ seq }) => `sold_codes: one too many, for record ${seq}`,
  }),
];

/** Where the derived tables of a store are not those of `rebuilt`, which was made from its records. */
export function* derivedFlaws(store: Store, rebuilt: Store): Generator<string> {
  for (const compare of COMPARISONS) yield* compare(store, rebuilt);
}

function same(a: object, b: object | null): boolean {
  if (!b) return false;
  const other = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => {
    const its = other.get(key);
    return value instanceof Uint8Array
      ? its instanceof Uint8Array && Buffer.compare(value, its) === 0
      : value === its;
  });
}
