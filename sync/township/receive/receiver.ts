import type { Bus } from '../../bus/port.ts';
import { readPresence } from '../../contract/frame.ts';
import { enrolTopic, TOWNSHIP_FILTERS } from '../../contract/topics.ts';
import type { SyncError } from '../../errors.ts';
import type { Clock, Log, Random } from '../../ports.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import type { CheckSignature } from '../../record/record.ts';
import { createSignedObjections } from '../book/signed-objections.ts';
import { createTownshipClock, type TownshipClock } from '../clock.ts';
import { isPresented } from '../enrol/admission.ts';
import type { EnrolmentService } from '../enrol/enrolment-service.ts';
import type { TownshipDatasets } from '../publish/datasets.ts';
import type { LedgerRow, TownshipStore } from '../store/port.ts';
import { enrolled } from './enrolled.ts';
import { createFaults } from './faults.ts';
import { createIntake } from './intake.ts';
import { createObjections } from './objections.ts';
import { createOffers } from './offers.ts';
import { createOutbox } from './outbox.ts';
import { createPairKeys } from './pair-keys.ts';
import { type Routes, route } from './router.ts';
import { createSession } from './session.ts';
import { createSolver } from './solver.ts';
import { createUp } from './up.ts';

interface ReceiverOptions {
  bus: Bus;
  store: TownshipStore;
  datasets: TownshipDatasets;
  enrolment: EnrolmentService;
  keys: TownshipKeys;
  clock: Clock;
  random: Random;
  log: Log;
  check: CheckSignature;
  /** Absent: one of its own. */
  townshipClock?: TownshipClock;
  /** TOWNSHIP_DISK_FAILED: it takes nothing more, and what it has open must not be written to again. */
  onFailed?(why: SyncError): void;
}

export interface Receiver {
  start(): Promise<void>;
  /** Resolves when nothing that came waits to be taken; nothing more may come. */
  stop(): Promise<void>;
  /** Sends every box the datasets that are new to it. */
  offerAll(): void;
  /** Refused messages by error code. */
  refused(): Record<string, number>;
}

/** Another process (the shell) may have added a dataset. */
const LOOK_MS = 2_000;
/** So many looks between two words to a revoked box, and between two questions while the clock is wrong. */
const TELL_LOOKS = 30;

/**
 * Takes what boxes send, stores it durably, and only then sends a receipt. docs/wire.md
 *
 *   bus ─► router ─┬─ enrol/…/ask ─► enrolment ─► answer ─────────────────────────────────► bus
 *                  ├─ …/state ─────► ledger is connected, or not
 *                  └─ …/up ────────► up: opens, checks signatures beside the thread
 *                                    │
 *                                    ▼ ordered queue: one message after another
 *                                    ├─ hello ───► session ─► receipt, objections,  ─┐
 *                                    │                        certificate, datasets  ├─► outbox ─► bus
 *                                    └─ records ─► intake ──► receipt, objections  ──┘   seals     …/down
 *                                                  │
 *                                                  └─► store: records, totals and objections,
 *                                                             one transaction
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { bus, store, datasets, enrolment, keys, clock, random, log, check } = options;
  const { ledgers } = store;
  const { signing } = keys;
  const townshipClock = options.townshipClock ?? createTownshipClock({ clock, store });
  const now = () => new Date(clock.now()).toISOString();
  const faults = createFaults(log, (why) => options.onFailed?.(why));
  const pairOf = createPairKeys(keys.sealing);
  const outbox = createOutbox({ bus, ledgers, pairOf, signing, random, now });
  const signed = createSignedObjections({ signing, log, now });
  const objections = createObjections({ store, signed, outbox });
  const solver = createSolver({ store, signed, objections });
  const offers = createOffers(datasets, outbox);
  const intake = createIntake({ store, objections: signed, check, now });
  const { refuse } = faults;
  const session = createSession({
    ...{ store, outbox, objections, offers, enrolment, pairOf, now, refuse, townshipClock },
  });
  const up = createUp({
    ...{ store, intake, session, objections, outbox, faults, pairOf, townshipClock },
  });
  let timer: unknown;
  let seen = 0;
  let looks = 0;
  let saidWrong: string | null = null;
  let wrongLooks = 0;

  const routes: Routes = {
    ask({ name }, payload) {
      townshipClock.assertRight();
      const answer = enrolment.answer(name, payload, now());
      bus.publish(enrolTopic(name, 'answer'), answer).catch(() => undefined);
      return undefined;
    },
    up({ clinic, ledger }, payload) {
      if (!isPresented(payload)) return up.take(enrolled(ledgers, ledger, clinic), payload);
      // This township may have been restored from before the box's enrolment.
      if (enrolment.readmit(clinic, ledger, payload, now()))
        log.warn({ ledger }, 'a box that was forgotten is taken back by the admission this township signed');
      return undefined;
    },
    state({ clinic, ledger }, payload) {
      const { connected, head } = readPresence(payload);
      // Not signed: it does not count as the last sign of the box.
      ledgers.setConnected(enrolled(ledgers, ledger, clinic).ledger, connected, head);
      return undefined;
    },
  };

  function receive(topic: string, payload: Buffer): Promise<void> | undefined {
    if (faults.failed()) return undefined;
    try {
      return route(routes, topic, payload);
    } catch (error) {
      refuse(error);
      return undefined;
    }
  }

  const forEachBox = (run: (row: LedgerRow) => void, revoked = false) =>
    ledgers
      .all()
      .filter(({ revoked_at }) => (revoked_at !== null) === revoked)
      .forEach(run);

  const hailAll = () => forEachBox((row) => void outbox.send(row, { v: 1, t: 'hail' }));

  function offerAll(): void {
    solver.published();
    forEachBox((row) => void offers.offer(row).catch(refuse));
  }

  /** A broker lets a revoked box read, and publish nothing: it is told without being asked. */
  function tellRevoked(row: LedgerRow): void {
    objections.raise(row, 0, { code: 'BOX_REVOKED', text: `revoked at ${row.revoked_at}` });
    void objections.sendPending(row).catch(refuse);
  }

  /** Nothing is signed while the clock is wrong. */
  function clockIsWrong(): boolean {
    const wrong = townshipClock.wrong();
    if (wrong !== null && saidWrong === null) log.error({ code: 'TOWNSHIP_CLOCK_WRONG' }, wrong);
    if (wrong === null && saidWrong !== null) log.info({}, 'the clock is right again');
    saidWrong = wrong;
    if (wrong === null) wrongLooks = 0;
    else if (wrongLooks++ % TELL_LOOKS === 0) hailAll(); // a hello says what time it is there
    return wrong !== null;
  }

  /** A disk in trouble ends this look; what it did not come to is done at the next. */
  function look(): void {
    timer = clock.setTimeout(look, LOOK_MS);
    if (faults.failed() || clockIsWrong()) return;
    try {
      lookAround();
    } catch (error) {
      refuse(error);
    }
  }

  function lookAround(): void {
    if (looks === 0) solver.unreadable();
    const revision = store.revision();
    const changed = revision !== seen;
    if (bus.connected() && changed) {
      offerAll();
      void objections.sendUnsent().catch(refuse);
    }
    if (bus.connected() && (changed || looks % TELL_LOOKS === 0)) forEachBox(tellRevoked, true);
    seen = revision;
    looks += 1;
  }

  bus.onMessage(receive);
  bus.onState((connected) => {
    // While this receiver was away, what boxes sent was lost: ask each for a hello.
    if (connected) hailAll();
  });

  return {
    async start() {
      for (const filter of TOWNSHIP_FILTERS) await bus.subscribe(filter);
      look();
    },
    stop() {
      clock.clearTimeout(timer);
      return up.idle();
    },
    offerAll,
    refused: faults.counts,
  };
}
