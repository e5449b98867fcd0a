import { formatFen } from '../../../policy/index.ts';
import type { Reports, TownshipStore, Use } from '../store/port.ts';

/** What an official asks: read-only, as JSON. Money in yuan. */

/**
 * Each ledger: where it stands, and what is wrong with it. `silent_ms` counts from its last signed message.
 */
export function clinicReport({ reports }: TownshipStore, now: number) {
  return reports.clinics().map(({ name, connected, heard_at, ...row }) => ({
    ...row,
    name,
    behind: Math.max(0, row.head - row.through),
    connected,
    heard_at,
    silent_ms: heard_at === null ? null : now - Date.parse(heard_at),
  }));
}

/** Money by clinic and day, or month. A reversal counts on its own day. */
export function fundReport({ reports }: TownshipStore, by: 'day' | 'month') {
  return reports.funds(by).map(({ medfee, fund, hosp, part, ...row }) => ({
    ...row,
    medfee_sumamt: formatFen(medfee),
    fund_pay_sumamt: formatFen(fund),
    hosp_part_amt: formatFen(hosp),
    psn_part_amt: formatFen(part),
  }));
}

const amountText = ({ unit, amount }: Pick<Use, 'unit' | 'amount'>) =>
  unit === 'fen' ? formatFen(amount) : String(amount);

/** What persons have used, over all clinics and by ledger; `''` is the clinics' own buckets. */
export function personReport({ reports }: TownshipStore, person?: string) {
  return reports
    .uses(person)
    .map(({ unit, amount, ...row }) => ({ ...row, amount: amountText({ unit, amount }) }));
}

/** How many records of each kind are held, by ledger. */
export const recordReport = ({ reports }: TownshipStore) => reports.recordCounts();

/**
 * Datasets that a box would not take; objections that stand, or all with `withdrawn_at`, the latest first.
 */
export const objectionReport = ({ reports }: TownshipStore, all = false, count_max = 1_000) => [
  ...refusedDatasets(reports),
  ...reports.objections(count_max, all),
];

/** As the boxes said it in their last hello: gone when a version that they take has come. */
const refusedDatasets = (reports: Reports) =>
  reports.clinics().flatMap(({ clinic, ledger, heard_at, refused }) =>
    refused.map(({ name, version, why }) => ({
      ...{ clinic, ledger, seq: 0, code: 'DATASET_REFUSED', at: heard_at },
      text: `${name} version ${version}: ${why.replace(/^DATASET_REFUSED: /, '')}`,
    })),
  );
