import Type, { type Static } from 'typebox';
import { Sha256 } from './ids.ts';
import { Envelope, type LedgerRecord } from './record.ts';
import { open } from './schema.ts';

/** One line of `ledger export` and `township export`: a record's hash, what it says, and the signed bytes. */
export const ExportLine = open({
  hash: Sha256,
  record: Type.Unsafe<LedgerRecord>(Envelope),
  jws: Type.String(),
});
export type ExportLine = Static<typeof ExportLine>;
