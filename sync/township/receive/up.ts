import { SyncError } from '../../errors.ts';
import type { TownshipClock } from '../clock.ts';
import type { LedgerRow, TownshipStore } from '../store/port.ts';
import { enrolled } from './enrolled.ts';
import type { Faults } from './faults.ts';
import type { CheckedBatch, Intake } from './intake.ts';
import type { Objections } from './objections.ts';
import { createOrderedQueue } from './ordered-queue.ts';
import type { Outbox } from './outbox.ts';
import type { PairKeys } from './pair-keys.ts';
import type { Session } from './session.ts';

/** Messages whose signatures are checked while an earlier one is stored; beyond them the bus waits. */
const AHEAD_MAX = 2;
/** Sent with the receipt of one message; the others with the next hellos, or they would hold up receipts. */
const OBJECTIONS_AT_ONCE = 8;

/** Takes what boxes send on `up`, in the order it came. */
interface Up {
  /** Throws SyncError when it cannot be opened. A promise asks the bus to wait for it. */
  take(row: LedgerRow, sealed: Buffer): Promise<void> | undefined;
  /** Resolves when nothing that came waits to be taken. */
  idle(): Promise<void>;
}

interface UpOptions {
  store: TownshipStore;
  intake: Intake;
  session: Session;
  objections: Objections;
  outbox: Outbox;
  faults: Faults;
  pairOf(row: LedgerRow): PairKeys;
  townshipClock: TownshipClock;
}

export function createUp(options: UpOptions): Up {
  const { store, intake, session, objections, outbox, faults, pairOf, townshipClock } = options;
  const queue = createOrderedQueue(AHEAD_MAX);

  function inOrder<T>(
    { ledger, clinic }: LedgerRow,
    ready: Promise<T>,
    take: (row: LedgerRow, prepared: T) => void,
  ): Promise<void> | undefined {
    return queue.add(ready, (prepared) => {
      if (faults.failed()) return;
      try {
        take(enrolled(store.ledgers, ledger, clinic), prepared); // as it is by then
      } catch (error) {
        faults.refuse(error);
      }
    });
  }

  function takeBatch(row: LedgerRow, batch: CheckedBatch): void {
    townshipClock.assertRight(); // what is stored has its time
    const { objections: added, fault } = intake.store(row, batch);
    outbox.sendReceipt(row.ledger);
    for (const jws of added.slice(0, OBJECTIONS_AT_ONCE)) void objections.send(row, jws);
    judgeRefusal(row, fault);
    if (fault) throw fault;
  }

  /** What stops a ledger is told to its box: nothing else would show there but records that wait. */
  function judgeRefusal({ ledger }: LedgerRow, fault: unknown): void {
    const row = enrolled(store.ledgers, ledger);
    if (fault instanceof SyncError && fault.code !== 'RECORD_GAP')
      objections.raise(row, row.through + 1, { code: 'RECORD_REFUSED', text: fault.message });
    for (const { code, seq } of store.objections.standing(['RECORD_REFUSED'], ledger))
      if (seq <= row.through)
        objections.withdraw({ code, text: 'the record is held now', withdraws: { ledger, seq } });
  }

  return {
    take(row, sealed) {
      const incoming = intake.read(sealed, pairOf(row), row.through);
      if (incoming.t === 'records') return inOrder(row, incoming.batch, takeBatch);
      return inOrder(row, Promise.resolve(), (now) => session.hello(now, incoming.hello));
    },
    idle: queue.idle,
  };
}
