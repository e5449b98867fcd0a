import type { ExportLine } from '../../../sync/contract/export-line.ts';
import { recordIn, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { Store } from '../store/index.ts';

/** Every record as one line of JSON without its line end: hash, content, and the signed bytes. */
export function* exportLedger(store: Store, sealer: Sealer, after = 0): Generator<string> {
  for (const { hash, sealed } of recordRows(store, after)) {
    const jws = sealer.open(sealed);
    const line: ExportLine = { hash, record: recordIn(jws), jws };
    yield JSON.stringify(line);
  }
}
