import type { Seq } from '../../sync/contract/ids.ts';
import { createObjectionsHeld, type ObjectionsHeld } from '../../sync/record/objections.ts';
import { EMPTY_HEAD, recordHash } from '../../sync/record/record.ts';
import { type Chain, keepClock } from './chain.ts';
import type { LedgerDeliveries } from './interfaces.ts';
import { instantIn, recordRows } from './rows.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

/** Rows read at once. More would keep a whole batch in memory twice. */
const ROWS_AT_ONCE = 64;

/** The ledger is the queue: what the link reads from it, and what the township answered. */
export function createDeliveries(chain: Chain, store: Store, sealer: Sealer): LedgerDeliveries {
  let delivered = seqIn(store.meta('held'), chain.head().seq);

  const read = (after: number, count_max: number, bytes_max: number) => {
    const texts: string[] = [];
    let bytes = 0;
    for (const row of recordRows(store, after, Math.min(ROWS_AT_ONCE, count_max))) {
      const jws = chain.damage.reading('RECORD_DAMAGED', `record ${row.seq}`, () => sealer.open(row.sealed));
      bytes += jws.length;
      if (bytes > bytes_max && texts.length > 0) return texts;
      if (texts.push(jws) === count_max) return texts;
    }
    return texts;
  };

  /** Of the record itself; where that cannot be read, what stands beside it. */
  const hashAt = (seq: Seq): string | null => {
    const row = store.record(seq);
    const ofRecord = () => row && recordHash(sealer.open(row.sealed));
    return row && chain.damage.readable('RECORD_DAMAGED', `record ${seq}`, ofRecord, row.hash);
  };

  const acknowledge = (receiptJws: string, through: Seq) => {
    chain.time.syncTime(instantIn(receiptJws, 'at')); // the link accepts receipts of the current session only
    store.transact(() => {
      store.setMeta('receipt', receiptJws);
      store.setMeta('held', String(through));
      keepClock(chain, store);
    });
    delivered = through;
    chain.confirmed();
  };

  /** One that cannot be read leaves a gap in their numbers: the township sends it again. */
  const objections = () =>
    store
      .objections()
      .flatMap(
        (sealed) =>
          chain.damage.readable('RECORD_DAMAGED', 'an objection', () => sealer.open(sealed), null) ?? [],
      );
  let kept: ObjectionsHeld | null = null; // counted when they are first asked for
  const counted = () => {
    kept ??= countedOf(objections());
    return kept;
  };

  return {
    deliveredThrough: () => delivered,
    read,
    hashAt: (seq) => (seq === 0 ? EMPTY_HEAD.hash : hashAt(seq)),
    acknowledge,
    addObjection: (jws) => {
      store.transact(() => store.addObjection(sealer.objection(jws), sealer.seal(jws)));
      kept?.note(jws);
    },
    objectionsHeld: () => counted().held(),
    objections,
    standingObjections: () => counted().standing(),
    fork: (detail) => {
      // Records that are missing here look like a fork to the township's receipt. They are none.
      if (chain.forked() === null && chain.lost() === null) chain.markForked(detail);
    },
  };
}

/** A delivery mark that is none is asked for again: the township's next receipt says it. */
function seqIn(text: string | null, head: Seq): Seq {
  const seq = Number(text ?? 0);
  return Number.isInteger(seq) && seq >= 0 && seq <= head ? seq : 0;
}

function countedOf(objections: string[]) {
  const counted = createObjectionsHeld();
  for (const jws of objections) counted.note(jws);
  return counted;
}
