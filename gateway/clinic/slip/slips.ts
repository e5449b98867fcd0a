import type { Seq } from '../../../sync/contract/ids.ts';
import { isReversal, isSettlement, type LedgerRecord } from '../../../sync/contract/record.ts';
import type { SigningKey } from '../../../sync/record/keys.ts';
import type { LedgerDeliveries, LedgerReader } from '../../ledger/index.ts';
import type { ReferenceNow } from '../visit/reference.ts';
import { reversalContent, type SlipContent, slipContent } from './content.ts';
import { slipDocument } from './document.ts';
import { documentBytes } from './escpos.ts';
import { reversalDocument } from './reversal-document.ts';

interface SlipsOptions {
  ledger: Pick<LedgerReader, 'record' | 'settlements'> & Pick<LedgerDeliveries, 'read'>;
  reference: ReferenceNow;
  /** Of the box: signs what the slip's QR says. */
  signing: SigningKey;
  demo: boolean;
}

interface Slips {
  /** What the printer is sent for a copy of a settlement's or a reversal's slip; copy 0 is the original. */
  bytesOf(seq: Seq, copy: number): Uint8Array;
}

/** One record is read whole, however long it is. */
const ANY_BYTES = Number.MAX_SAFE_INTEGER;

export function createSlips({ ledger, reference, signing, demo }: SlipsOptions): Slips {
  /** What took a settlement back. */
  function reversalOf(settlement: LedgerRecord): SlipContent['reversal'] {
    if (!isSettlement(settlement)) return null;
    const summary = ledger.settlements(settlement.body.setl_date).find(({ seq }) => seq === settlement.seq);
    const by = ledger.record(summary?.reversedBy ?? 0);
    return isReversal(by) ? { seq: by.seq, date: by.body.day } : null;
  }

  return {
    bytesOf(seq, copy) {
      const record = ledger.record(seq);
      const [jws] = ledger.read(seq - 1, 1, ANY_BYTES);
      if (!record || !jws) throw new Error(`no record ${seq}`);
      const { clinic, operators } = reference();
      const operator = operators.held?.find(({ opter }) => opter === record.operator);
      const fixmedins_name = clinic.held?.fixmedins_name ?? record.clinic;
      const operatorName = operator?.opter_name ?? record.operator;
      const reversal = reversalOf(record);
      const facts = { record, jws, copy, fixmedins_name, operatorName, signing, demo, reversal };
      if (!isReversal(record)) return documentBytes(slipDocument(slipContent(facts)));
      return documentBytes(reversalDocument(reversalContent(facts, ledger.record(record.body.of.seq))));
    },
  };
}
