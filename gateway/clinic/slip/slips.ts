import type { Seq } from '../../../sync/contract/ids.ts';
import type { SigningKey } from '../../../sync/record/keys.ts';
import type { LedgerDeliveries, LedgerReader } from '../../ledger/index.ts';
import type { ReferenceNow } from '../visit/reference.ts';
import { slipContent } from './content.ts';
import { slipBytes } from './escpos.ts';

interface SlipsOptions {
  ledger: Pick<LedgerReader, 'record'> & Pick<LedgerDeliveries, 'read'>;
  reference: ReferenceNow;
  /** Of the box: signs what the slip's QR says. */
  signing: SigningKey;
  demo: boolean;
}

interface Slips {
  /** What the printer is sent for one copy of a settlement's slip; copy 0 is the original. */
  bytesOf(seq: Seq, copy: number): Uint8Array;
}

/** One record is read whole, however long it is. */
const ANY_BYTES = Number.MAX_SAFE_INTEGER;

export function createSlips({ ledger, reference, signing, demo }: SlipsOptions): Slips {
  return {
    bytesOf(seq, copy) {
      const record = ledger.record(seq);
      const [jws] = ledger.read(seq - 1, 1, ANY_BYTES);
      if (!record || !jws) throw new Error(`no record ${seq}`);
      const { clinic, operators } = reference();
      const operator = operators.value.find(({ opter }) => opter === record.operator);
      const { fixmedins_name } = clinic.value;
      const operatorName = operator?.opter_name ?? record.operator;
      return slipBytes(slipContent({ record, jws, copy, fixmedins_name, operatorName, signing, demo }));
    },
  };
}
