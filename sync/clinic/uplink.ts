import { randomSuffix, waitBefore } from '../bus/backoff.ts';
import { BATCH_COUNT_MAX, HELLO_DATASETS_MAX, SHORT_JWS_CHARACTERS_MAX, WINDOW } from '../contract/limits.ts';
import type { Hello, Receipt, UpMessage } from '../contract/messages.ts';
import { signJws } from '../record/jws.ts';
import { createBatchSize } from './batch-size.ts';
import type { LinkOptions } from './ports.ts';
import type { RefusedDatasets } from './refused-datasets.ts';

export interface Uplink {
  connected(): void;
  disconnected(): void;
  /** Sends what may be sent, soon: never within the commit that appended. */
  appended(): void;
  /** A hello, unless one is under way. */
  helloSoon(): void;
  /** Takes a receipt whose signature and shape hold. False: not of this session, it moved nothing. */
  receipt(jws: string, receipt: Receipt): boolean;
  /** Let in by the broker, and no hello was answered for some time. */
  silent(): boolean;
  /** The ledger has forked: reports it once, and sends no more. */
  halt(detail: string): void;
}

interface Options
  extends Pick<
    LinkOptions,
    'source' | 'signing' | 'certificate' | 'status' | 'clock' | 'random' | 'log' | 'boot' | 'time'
  > {
  send(message: UpMessage, records?: string[]): Promise<void>;
  refused: RefusedDatasets;
  /** Shows the township the admission it once signed for this box. */
  present(): void;
  changed(): void;
}

/** A hello unanswered for so long is sent again; the wait doubles up to the cap, with jitter. */
const ANSWER = { base_ms: 10_000, cap_ms: 300_000 };
/** After so many hellos that were not answered in their time the township is silent. */
const SILENT_AFTER = 2;
/** After so many hellos without an answer the township may have forgotten us. */
const PRESENT_AFTER = 1;
/** Messages in flight, and neither PUBACK nor receipt for so long: ask where the township stands. */
const PROGRESS_MS_MAX = 60_000;
/**
 * Even when nothing happens: the township sees who is silent, and a lost objection or dataset comes again.
 */
const IDLE = { base_ms: 600_000, cap_ms: 600_000 };
/** A township may ask for a resync, or show a gap, in a burst: one hello for all of it. */
const HELLO_APART_MS = 1_000;

/**
 * Sends records in order, at most WINDOW messages beyond the last receipt. The ledger is the queue: nothing
 * is kept here but how far it has been sent. docs/wire.md §4
 *
 *       the ledger (RecordSource)
 *   ┌──────────────┬──────────────────┬──────────────────────────┐
 *   │ acknowledged │ in flight        │ not sent yet             │
 *   └──────────────┴──────────────────┴──────────────────────────┘
 *                  ▲ deliveredThrough ▲ sent                     ▲ head
 *                  │                  │
 *     receipt() ───┘                  └─── pump() ──► send() ──► bus, …/up
 *        ▲                                               │
 *        └──────────── downlink ◄── …/down ◄── township ◄┘
 *
 * After every connection a hello asks where the township stands; the receipt that answers it sets `sent`,
 * backwards too.
 */
export function createUplink(options: Options): Uplink {
  const { source, clock, random, log, send, changed } = options;
  // A boot id that was used before must not make our `n` look old.
  const boot = `${options.boot.replace(/[^A-Za-z0-9-]/g, '').slice(0, 60)}-${randomSuffix(random)}`;
  const size = createBatchSize();
  let n = 0;
  let online = false;
  let answered = false;
  let halted = false;
  let unanswered = 0;
  let sent = 0; // last seq that was published since the hello
  let inFlight: number[] = []; // last seq of each message not receipted
  let timer: unknown;
  let soon: unknown;
  let wake: unknown;

  function arm(ms: number, run: () => void): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(run, ms);
  }

  /** Waits for what must come next: a receipt, or the time for an idle hello. */
  function awaitProgress(): void {
    if (inFlight.length > 0) arm(PROGRESS_MS_MAX, hello);
    else arm(IDLE.base_ms + waitBefore(0, IDLE, random), hello);
  }

  function hello(): void {
    clock.clearTimeout(soon);
    soon = undefined;
    if (!online) return;
    n += 1;
    answered = false;
    inFlight = [];
    if (unanswered >= PRESENT_AFTER) options.present();
    send({ v: 1, t: 'hello', hello: signedHello(options, boot, n) }).catch(() => undefined);
    arm(ANSWER.base_ms + waitBefore(unanswered, ANSWER, random), hello);
    unanswered += 1;
    if (unanswered === SILENT_AFTER + 1) changed();
  }

  function helloSoon(): void {
    soon ??= clock.setTimeout(hello, HELLO_APART_MS);
  }

  function pump(): void {
    while (online && answered && !halted && inFlight.length < WINDOW && sent < source.head().seq) {
      const records = readOn();
      if (records.length === 0) return;
      const message: UpMessage = { v: 1, t: 'records', after: sent };
      sent += records.length;
      inFlight.push(sent);
      publish(message, records);
      awaitProgress();
    }
  }

  /** A store that cannot be read stops the upload, not the process. */
  function readOn(): string[] {
    try {
      return source.read(sent, BATCH_COUNT_MAX, size.bytes_max());
    } catch (error) {
      log.error({ after: sent, detail: String(error) }, 'the ledger cannot be read for the uplink');
      return [];
    }
  }

  function publish(message: UpMessage, records: string[]): void {
    const began = clock.now();
    send(message, records).then(
      () => {
        if (inFlight.length > 0) awaitProgress();
        size.acknowledged(began, clock.now());
      },
      () => undefined, // the link dropped: the next hello says from where to go on
    );
  }

  function receipt(jws: string, { through, hash, boot: of, n: to }: Receipt): boolean {
    if (of !== boot || to !== n) return false;
    const isAnswer = !answered;
    answered = true;
    unanswered = 0;
    const head = source.head();
    if (through > head.seq) halt(`the township holds seq ${through}, beyond our head ${head.seq}`);
    else if (source.hashAt(through) !== hash)
      halt(`the township holds seq ${through} with another hash than ours`);
    else if (isAnswer || through > source.deliveredThrough()) goOnFrom(jws, through, isAnswer);
    // Nothing new while messages are in flight: one did not join on.
    else if (inFlight.length > 0 && through === source.deliveredThrough()) helloSoon();
    awaitProgress();
    pump();
    changed();
    return true;
  }

  /** Goes on from where the township stands: forwards at any time, backwards as the answer to a hello. */
  function goOnFrom(jws: string, through: number, isAnswer: boolean): void {
    source.acknowledge(jws, through);
    inFlight = inFlight.filter((last) => last > through);
    sent = isAnswer ? through : Math.max(sent, through);
  }

  function halt(detail: string): void {
    if (halted) return;
    halted = true;
    log.error({ code: 'RECORD_FORK' }, detail);
    source.fork(detail);
  }

  return {
    connected() {
      online = true;
      unanswered = 0;
      hello();
    },
    disconnected() {
      online = false;
      answered = false;
      inFlight = [];
      clock.clearTimeout(timer);
      clock.clearTimeout(soon);
      soon = undefined;
    },
    appended() {
      if (wake !== undefined) return;
      wake = clock.setTimeout(() => {
        wake = undefined;
        pump();
      }, 0);
    },
    helloSoon,
    receipt,
    silent: () => online && !answered && unanswered > SILENT_AFTER,
    halt,
  };
}

/** What the box says of itself is left out where it would make the hello too long. */
function signedHello(options: Options, boot: string, n: number): string {
  const hello = helloOf(options, boot, n);
  const status = options.status();
  if (Object.keys(status).length === 0) return signJws('cyt-hello+jws', hello, options.signing);
  const whole = signJws('cyt-hello+jws', { ...hello, status } satisfies Hello, options.signing);
  return whole.length > SHORT_JWS_CHARACTERS_MAX ? signJws('cyt-hello+jws', hello, options.signing) : whole;
}

function helloOf(options: Options, boot: string, n: number): Hello {
  const { source, certificate } = options;
  const at = options.time?.() ?? null;
  const inForce = source.datasets();
  const refused = options.refused.newerThan(inForce);
  const { ledger, clinic } = source;
  const { seq: head, hash } = source.head();
  return {
    v: 1,
    ledger,
    clinic,
    head,
    hash,
    held: source.deliveredThrough(),
    datasets: Object.fromEntries(Object.entries(inForce).slice(0, HELLO_DATASETS_MAX)),
    ...(at === null ? {} : { at: new Date(at).toISOString() }),
    ...(refused.length > 0 ? { refused } : {}),
    boot,
    n,
    findings: source.objectionsHeld(),
    ...(certificate ? { tls: certificate.status() } : {}),
  };
}
