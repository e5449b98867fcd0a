import type { SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import { isSettlement } from '../../../sync/contract/record.ts';
import type { LedgerReader } from '../../ledger/index.ts';

/** Records looked back over to learn what this clinic uses most. */
const RECORDS_BACK = 500;

/** How often each item was settled lately: the most used come first in a search. */
export interface ItemUse {
  count(med_list_codg: string): number;
  add(body: SettlementBody): void;
}

export function createItemUse(ledger: Pick<LedgerReader, 'head' | 'readableRecord'>): ItemUse {
  const counts = new Map<string, number>();
  function add({ claim }: SettlementBody): void {
    for (const { med_list_codg } of claim.items)
      counts.set(med_list_codg, (counts.get(med_list_codg) ?? 0) + 1);
  }
  const { seq: last } = ledger.head();
  for (let seq = Math.max(1, last - RECORDS_BACK); seq <= last; seq++) {
    const record = ledger.readableRecord(seq);
    if (isSettlement(record)) add(record.body);
  }
  return { add, count: (code) => counts.get(code) ?? 0 };
}
