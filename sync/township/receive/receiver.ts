import type { Bus } from '../../bus/port.ts';
import { openUp, readPresence, sealMessage } from '../../contract/frame.ts';
import { type DownMessage, Hello } from '../../contract/messages.ts';
import { shapeOf } from '../../contract/shape.ts';
import { enrolTopic, ledgerTopic, parseTopic, TOWNSHIP_FILTERS } from '../../contract/topics.ts';
import { SyncError } from '../../errors.ts';
import type { Clock, Log, Random } from '../../ports.ts';
import { compactOf, type JwsParts, type KeyFinder, signJws, verifyJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { fromBase64url, importPublicKey } from '../../record/keys.ts';
import { type CheckSignature, checkRecord, openRecord } from '../../record/record.ts';
import { sharedKey } from '../../record/seal.ts';
import { createRefusals } from '../../refusals.ts';
import type { Objection } from '../book/totals.ts';
import { isPresented } from '../enrol/admission.ts';
import type { EnrolDesk } from '../enrol/enrolment-service.ts';
import type { TownshipDatasets } from '../publish/datasets.ts';
import { diskError } from '../store/disk.ts';
import type { LedgerRow, TownshipStore } from '../store/store.ts';
import { type Batch, type OpenAt, takeRecords } from './intake.ts';
import { createLane } from './ordered-queue.ts';

export interface ReceiverOptions {
  bus: Bus;
  store: TownshipStore;
  datasets: TownshipDatasets;
  desk: EnrolDesk;
  keys: TownshipKeys;
  clock: Clock;
  random: Random;
  log: Log;
  check: CheckSignature;
  /** TOWNSHIP_DISK_FAILED: it takes nothing more, and what it has open must not be written to again. */
  onFailed?(why: SyncError): void;
}

/** Another process (the shell) may have added a dataset. */
const LOOK_MS = 2_000;
/** Findings sent with the receipt of one message. */
const FINDINGS_AT_ONCE = 8;
/** Pairs of keys kept open. */
const PAIRS_MAX = 20_000;
/** Messages whose signatures are checked while an earlier one is stored; beyond them the bus waits. */
const AHEAD_MAX = 2;

const asHello = shapeOf<Hello>(Hello, 'hello');

/** Takes what boxes send, stores it durably, and only then says so. docs/wire.md */
export function createReceiver(options: ReceiverOptions) {
  const { bus, store, datasets, desk, keys, clock, random, log, check } = options;
  const refusals = createRefusals(log, 'refused a message from a box');
  const pairs = new Map<string, { keyOf: KeyFinder; shared: Uint8Array }>();
  const lane = createLane(AHEAD_MAX);
  const offered = new Map<string, Record<string, number>>();
  const now = () => new Date(clock.now()).toISOString();
  let timer: unknown;
  let seen = 0;
  let failed = false;

  function refuse(error: unknown): void {
    const known = diskError(error);
    refusals.count(known);
    if (failed || !(known instanceof SyncError) || known.code !== 'TOWNSHIP_DISK_FAILED') return;
    failed = true;
    options.onFailed?.(known);
  }

  function pairOf({ kid, x, sealing }: LedgerRow) {
    let pair = pairs.get(kid);
    if (!pair) {
      if (pairs.size >= PAIRS_MAX) pairs.clear();
      const key = importPublicKey({ kty: 'OKP', crv: 'Ed25519', x });
      const keyOf: KeyFinder = (asked) => (asked === kid ? key : undefined);
      pair = { keyOf, shared: sharedKey(keys.sealing, fromBase64url(sealing)) };
      pairs.set(kid, pair);
    }
    return pair;
  }

  /** Never rejects: what a box did not get comes again after its next hello. */
  function send(row: LedgerRow, message: DownMessage): Promise<boolean> {
    const payload = sealMessage(pairOf(row).shared, message, random);
    return bus.publish(ledgerTopic(row.clinic, row.ledger, 'down'), payload).then(
      () => true,
      () => false,
    );
  }

  function sendReceipt(ledger: string): void {
    const row = known(ledger);
    const { clinic, through, hash, boot, n } = row;
    const session = boot === null || n === null ? {} : { boot, n };
    const said = { v: 1, ledger, clinic, through, hash, at: now(), ...session };
    void send(row, { v: 1, t: 'receipt', receipt: signJws('cyt-receipt+jws', said, keys.signing) });
  }

  /** Keeps a finding; undefined when it is kept already. */
  function keep(row: LedgerRow, seq: number, { code, text, subject }: Objection): string | undefined {
    const at = now();
    const { ledger, clinic } = row;
    const finding = { v: 1, ledger, clinic, seq, code, text, at, n: store.nextFinding(ledger) };
    const jws = signJws('cyt-finding+jws', finding, keys.signing);
    if (!store.finding(finding, jws, subject ?? null)) return undefined;
    log.warn({ ledger: row.ledger, seq, code }, 'finding');
    return jws;
  }

  function note(row: LedgerRow, seq: number, code: string, text: string): void {
    const finding = keep(row, seq, { code, text });
    if (finding) void send(row, { v: 1, t: 'finding', finding });
  }

  async function tellFindings(row: LedgerRow, holds: Hello['findings']): Promise<void> {
    for (const { id, jws } of store.untold(row.ledger, holds))
      if (await send(row, { v: 1, t: 'finding', finding: jws })) store.told(id);
  }

  async function offer(row: LedgerRow): Promise<void> {
    const has = offered.get(row.ledger) ?? (JSON.parse(row.datasets) as Record<string, number>);
    offered.set(row.ledger, has);
    for (const { name, version } of datasets.newerThan(has, row.clinic)) {
      const dataset = datasets.content(name, version, row.clinic);
      has[name] = version;
      if (dataset && !(await send(row, { v: 1, t: 'dataset', ...dataset }))) return;
    }
  }

  function known(ledger: string, clinic?: string): LedgerRow {
    const row = store.ledger(ledger);
    if (!row || row.revoked_at !== null)
      throw new SyncError('SIGNATURE_KEY', 'a ledger that is not enrolled, or revoked');
    if (clinic !== undefined && row.clinic !== clinic)
      throw new SyncError('MESSAGE_REFUSED', 'under another clinic');
    return row;
  }

  function takeHello(row: LedgerRow, jws: string): void {
    const hello = asHello(verifyJws('cyt-hello+jws', jws, pairOf(row).keyOf).payload);
    if (hello.ledger !== row.ledger || hello.clinic !== row.clinic)
      throw new SyncError('MESSAGE_REFUSED', 'a hello for another ledger');
    const verdict = store.hello(hello, row.boot, now());
    if (verdict === 'stale') throw new SyncError('MESSAGE_REFUSED', 'a hello seen before');
    if (verdict === 'cloned')
      note(row, 0, 'BOX_CLONED', 'two boxes speak for this ledger: open a new one on one of them');
    if (row.successor !== null)
      note(
        row,
        0,
        'LEDGER_CLOSED',
        `the ledger ${row.successor} has followed this one: hand in what is not held`,
      );
    const held = store.hashAt(row.ledger, hello.head);
    if (hello.head <= row.through && held !== hello.hash) {
      store.fork(row.ledger, hello.head, undefined, now());
      note(row, hello.head, 'RECORD_FORK', 'the head that the box states is not what is held at this seq');
    } else if (hello.head < row.through)
      note(
        row,
        hello.head,
        'LEDGER_SHORT',
        `the box has ${hello.head} records, ${row.through} are held: a backup was restored`,
      );
    sendReceipt(row.ledger);
    const certificate = desk.renewal(hello, now());
    if (certificate) void send(row, certificate);
    offered.delete(row.ledger);
    const fresh = known(row.ledger);
    void tellFindings(fresh, hello.findings)
      .then(() => offer(fresh))
      .catch(refuse);
  }

  /** What came up waits for what came before it; meanwhile its signatures are checked. */
  function takeUp(row: LedgerRow, payload: Buffer): Promise<void> | undefined {
    const message = openUp(pairOf(row).shared, payload);
    if (message.t === 'hello') return inTurn(row, Promise.resolve(), (now) => takeHello(now, message.hello));
    return inTurn(row, checkBatch(row, message), (now, open) => takeBatch(now, message, open));
  }

  function inTurn<T>(
    { ledger, clinic }: LedgerRow,
    ready: Promise<T>,
    take: (now: LedgerRow, ready: T) => void,
  ): Promise<void> | undefined {
    return lane.add(ready, (prepared) => {
      if (failed) return;
      try {
        take(known(ledger, clinic), prepared); // as it is by then
      } catch (error) {
        refuse(error);
      }
    });
  }

  async function checkBatch(row: LedgerRow, { after, records }: Batch): Promise<OpenAt> {
    const { keyOf } = pairOf(row);
    const held = Math.max(0, row.through - after); // of these only the hash is looked at
    const opens = await Promise.all(records.slice(held).map((parts) => checkRecord(parts, keyOf, check)));
    return (index) => opens[index - held]?.() ?? openRecord(compactOf(records[index] as JwsParts), keyOf);
  }

  function takeBatch(row: LedgerRow, batch: Batch, open: OpenAt): void {
    const findings: string[] = [];
    let fault: unknown;
    // In one transaction: a record is booked once, so what is found then must not be lost.
    store.together(() => {
      const taken = takeRecords(store, row, batch, open, now());
      fault = taken.fault;
      for (const objection of taken.objections) findings.push(keep(row, objection.seq, objection) ?? '');
    });
    sendReceipt(row.ledger);
    // More than a handful come with the next hellos: a flood down would hold up receipts.
    for (const finding of findings.filter(Boolean).slice(0, FINDINGS_AT_ONCE))
      void send(row, { v: 1, t: 'finding', finding });
    if (fault) throw fault;
  }

  /** This township may have been restored from before the box's enrolment. */
  function takeBack(clinic: string, ledger: string, payload: Buffer): void {
    if (desk.readmit(clinic, ledger, payload, now()))
      log.warn({ ledger }, 'a box that was forgotten is taken back by our own signed word');
  }

  function receive(topic: string, payload: Buffer): Promise<void> | undefined {
    if (failed) return undefined;
    try {
      const to = parseTopic(topic);
      if (to?.kind === 'enrol' && to.leaf === 'ask') {
        const answer = desk.take(to.name, payload, now());
        bus.publish(enrolTopic(to.name, 'answer'), answer).catch(() => undefined);
      } else if (to?.kind === 'ledger' && to.leaf === 'up') {
        if (!isPresented(payload)) return takeUp(known(to.ledger, to.clinic), payload);
        takeBack(to.clinic, to.ledger, payload);
      } else if (to?.kind === 'ledger' && to.leaf === 'state') {
        const { connected } = readPresence(payload);
        store.presence(known(to.ledger, to.clinic).ledger, connected);
      } else throw new SyncError('MESSAGE_REFUSED', 'not a topic of ours');
    } catch (error) {
      refuse(error);
    }
    return undefined;
  }

  function offerAll(): void {
    for (const row of store.ledgers()) void offer(row).catch(refuse);
  }

  function look(): void {
    const version = store.db.pragma('data_version', { simple: true }) as number;
    if (version !== seen && bus.connected()) offerAll();
    seen = version;
    timer = clock.setTimeout(look, LOOK_MS);
  }

  bus.onMessage(receive);
  bus.onState((connected) => {
    // Boxes may have sent to nobody while we were away.
    if (connected) for (const row of store.ledgers()) void send(row, { v: 1, t: 'hail' });
  });

  return {
    async start(): Promise<void> {
      for (const filter of TOWNSHIP_FILTERS) await bus.subscribe(filter);
      look();
    },
    /** Resolves when nothing that came waits to be taken; nothing more may come. */
    stop(): Promise<void> {
      clock.clearTimeout(timer);
      return lane.idle();
    },
    /** Sends what is new to every box. */
    offerAll,
    refused: () => refusals.counts(),
  };
}

export type Receiver = ReturnType<typeof createReceiver>;
