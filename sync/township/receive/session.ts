import { Hello } from '../../contract/messages.ts';
import { shapeOf } from '../../contract/shape.ts';
import { SyncError } from '../../errors.ts';
import { verifyJws } from '../../record/jws.ts';
import { EMPTY_HEAD } from '../../record/record.ts';
import type { TownshipClock } from '../clock.ts';
import type { EnrolmentService } from '../enrol/enrolment-service.ts';
import type { LedgerRow, TownshipStore } from '../store/port.ts';
import { enrolled } from './enrolled.ts';
import type { Objections } from './objections.ts';
import type { Offers } from './offers.ts';
import type { Outbox } from './outbox.ts';
import type { PairKeys } from './pair-keys.ts';

/** Answers a hello: the township's half of docs/wire.md §4. */
export interface Session {
  /**
   * `row`: the ledger as it is now; `jws`: the signed hello. Throws SyncError when it is not to be answered.
   */
  hello(row: LedgerRow, jws: string): void;
}

interface SessionOptions {
  store: TownshipStore;
  outbox: Outbox;
  objections: Objections;
  offers: Offers;
  enrolment: EnrolmentService;
  pairOf(row: LedgerRow): PairKeys;
  townshipClock: TownshipClock;
  /** ISO 8601. */
  now(): string;
  /** What went wrong after the answer. */
  refuse(error: unknown): void;
}

type Step = (row: LedgerRow, hello: Hello) => void;

const asHello = shapeOf(Hello, 'hello');

export function createSession(options: SessionOptions): Session {
  const { store, outbox, objections, offers, enrolment, pairOf, now, refuse, townshipClock } = options;

  /** In this order: a hello that was sent before goes no further than the first. */
  const steps: Step[] = [
    noteBoot,
    objectToSuccessor,
    compareHeads,
    ({ ledger }) => outbox.sendReceipt(ledger),
    renewCertificate,
    sendObjectionsAndDatasets,
  ];

  /** A boot that goes on after another has begun: the box was copied. */
  function noteBoot(row: LedgerRow, hello: Hello): void {
    const { ledger, boot, n } = hello;
    const verdict = store.transact(({ ledgers }) => {
      const before = ledgers.lastHello(ledger, boot);
      if (before !== undefined && before >= n) return 'stale';
      ledgers.noteBoot(ledger, boot, n);
      ledgers.saveHello(hello, now());
      if (before === undefined || row.boot === boot) return 'new';
      ledgers.markCloned(ledger, now());
      return 'cloned';
    });
    if (verdict === 'stale') throw new SyncError('MESSAGE_REFUSED', 'a hello seen before');
    if (verdict === 'cloned' && row.successor === null)
      objections.raise(row, 0, {
        code: 'BOX_CLONED',
        text: 'two boxes speak for this ledger: open a new one on one of them',
      });
  }

  function objectToSuccessor(row: LedgerRow): void {
    if (row.successor === null) return;
    const text = `the ledger ${row.successor} has followed this one: hand in what is not held`;
    objections.raise(row, 0, { code: 'LEDGER_CLOSED', text });
  }

  function compareHeads(row: LedgerRow, { head, hash }: Hello): void {
    if (row.successor !== null) return; // closed, whatever it has
    const held = head === 0 ? EMPTY_HEAD.hash : store.records.hashAt(row.ledger, head);
    if (head <= row.through && held !== hash) {
      store.transact(({ ledgers }) => ledgers.markFork(row.ledger, head));
      const text = 'the head that the box states is not what is held at this seq';
      objections.raise(row, head, { code: 'RECORD_FORK', text });
    } else if (head < row.through) {
      const text = `the box has ${head} records, ${row.through} are held: a backup was restored`;
      objections.raise(row, head, { code: 'LEDGER_SHORT', text });
    } else withdrawShort(row, head);
  }

  function withdrawShort({ ledger }: LedgerRow, head: number): void {
    const text = `the box has ${head} records again`;
    for (const { code, seq } of store.objections.standing(['LEDGER_SHORT'], ledger))
      objections.withdraw({ code, text, withdraws: { ledger, seq } });
  }

  function renewCertificate(row: LedgerRow, hello: Hello): void {
    const certificate = enrolment.renewal(hello, now());
    if (certificate) void outbox.send(row, certificate);
  }

  function sendObjectionsAndDatasets({ ledger }: LedgerRow, hello: Hello): void {
    offers.forget(ledger);
    const row = enrolled(store.ledgers, ledger); // with what this hello says
    void objections
      .sendPending(row, hello)
      .then(() => offers.offer(row))
      .catch(refuse);
  }

  return {
    hello(row, jws) {
      const hello = asHello(verifyJws('cyt-hello+jws', jws, pairOf(row).keyOf).payload);
      if (hello.ledger !== row.ledger || hello.clinic !== row.clinic)
        throw new SyncError('MESSAGE_REFUSED', 'a hello for another ledger');
      if (hello.at !== undefined) townshipClock.heard(Date.parse(hello.at));
      townshipClock.assertRight();
      for (const step of steps) step(row, hello);
    },
  };
}
