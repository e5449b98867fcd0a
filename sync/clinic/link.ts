import type { Bus, Will } from '../bus/port.ts';
import { doorKey, meetingOf, PRESENTED_MARK, type Presented } from '../contract/enrolment.ts';
import { openDown, sealMessage } from '../contract/frame.ts';
import type { UpMessage } from '../contract/messages.ts';
import { ledgerTopic } from '../contract/topics.ts';
import type { SyncError, SyncErrorCode } from '../errors.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { DatasetManifest } from '../record/dataset.ts';
import { fromBase64url, type SigningKey } from '../record/keys.ts';
import type { Head } from '../record/record.ts';
import { type SealingKey, sharedKey, wrapFor } from '../record/seal.ts';
import { createRefusals } from '../refusals.ts';
import type { BoxCertificate } from './certificate.ts';
import { createDownlink } from './downlink.ts';
import type { Enrolment } from './enrol.ts';
import { createUplink } from './uplink.ts';

/** What the link needs of the ledger. Every call is synchronous and durable when it returns. */
export interface RecordSource {
  readonly ledger: string;
  readonly clinic: string;
  head(): Head;
  /** The delivery mark: the township holds everything through this seq. */
  deliveredThrough(): number;
  /** JWS texts in order from `after` + 1; at least one when there is one, then as many as both limits allow. */
  read(after: number, count_max: number, bytes_max: number): string[];
  /** Sets the delivery mark, backwards too when the township lost data. */
  acknowledge(receiptJws: string, through: number): void;
  onAppend(listener: () => void): void;
  /** Name → version in force. */
  datasets(): Record<string, number>;
  /** Throws SyncError DATASET_REFUSED when the content is not valid for its name. */
  install(manifestJws: string, content: string, manifest: DatasetManifest): void;
  /** Stores what the township objects to, as it was signed. The same one may come again. */
  addObjection(jws: string): void;
  /** The last objection before the first gap in their numbers, and its hash; 0 and 64 zeros when there is none. */
  objectionsHeld(): { n: number; hash: string };
  fork(detail: string): void;
}

export interface LinkOptions {
  bus: Bus;
  source: RecordSource;
  signing: SigningKey;
  sealing: SealingKey;
  enrolment: Enrolment;
  /** Kept fresh over the link; without it the box asks for none. */
  certificate?: Pick<BoxCertificate, 'said' | 'take' | 'until'>;
  clock: Clock;
  random: Random;
  log: Log;
  /** Names this start of the process in presence and hellos: letters, digits and hyphens. */
  boot: string;
  /** Numbers for the presence message. */
  status(): object;
}

export interface LinkState {
  connected: boolean;
  /** Why not, when the last attempt said so. */
  code: SyncErrorCode | null;
  /** When the box's certificate ends, ms since 1970. */
  certificate_until: number | null;
  /** Records the township does not hold yet. */
  waiting: number;
  /** When `connected` last changed, ms since 1970. */
  since: number;
  /** Refused messages by error code. */
  refused: Record<string, number>;
}

export interface Link {
  start(): void;
  stop(): Promise<void>;
  state(): LinkState;
  onChange(listener: () => void): void;
}

const PRESENCE_EVERY_MS = 60_000;
/** A dead line must not hold up the end of the process. */
const GOOD_BYE_MS_MAX = 2_000;

/** How a box logs in to the broker. Its client id is its user name, so that nobody else can take its connection away. */
export const boxLogin = ({ mqtt }: Enrolment) => ({ clientId: mqtt.username, ...mqtt });

/** How a box comes to the broker that is not enrolled yet: by what its code proves. Throws ENROL_CODE_UNKNOWN. */
export function enrolLogin(code: string) {
  const { topic, key } = meetingOf(code);
  const door = doorKey(key);
  return {
    clientId: topic,
    username: topic,
    password: door.toString('hex'),
    psk: { identity: topic, key: door },
  };
}

/** The last will to give the bus, so that the township learns of an end without leave. */
export function presenceWill(source: { clinic: string; ledger: string }, boot: string): Will {
  const payload = Buffer.from(JSON.stringify({ v: 1, boot, connected: false }));
  return { topic: ledgerTopic(source.clinic, source.ledger, 'state'), payload, retain: true };
}

/** Tells a township that does not answer what it once signed itself: it may have been restored from before our enrolment. */
function presentTo({ bus, enrolment, random }: LinkOptions, topic: string): void {
  const { admission, township } = enrolment;
  if (admission === undefined) return;
  const said: Presented = { v: 1, t: 'admission', admission };
  const sealed = wrapFor(fromBase64url(township.sealing), Buffer.from(JSON.stringify(said)), random);
  bus.publish(topic, Buffer.concat([PRESENTED_MARK, sealed])).catch(() => undefined);
}

/** The gateway's side of the wire: sends what the township does not hold, takes what it says. docs/wire.md */
export function createLink(options: LinkOptions): Link {
  const { bus, source, clock, random, log } = options;
  const key = sharedKey(options.sealing, fromBase64url(options.enrolment.township.sealing));
  const topics = {
    up: ledgerTopic(source.clinic, source.ledger, 'up'),
    down: ledgerTopic(source.clinic, source.ledger, 'down'),
    state: ledgerTopic(source.clinic, source.ledger, 'state'),
  };
  const refusals = createRefusals(log, 'refused a message from the township');
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const send = (message: UpMessage, records?: string[]) =>
    bus.publish(topics.up, sealMessage(key, message, random, records));
  const present = () => presentTo(options, topics.up);
  const uplink = createUplink({ ...options, send, present, changed });
  const downlink = createDownlink({ ...options, uplink, changed });
  let running = false;
  let since = clock.now();
  /** Unknown until the first attempt has ended. */
  let wasConnected: boolean | undefined;
  let presence: unknown;
  let code: SyncErrorCode | null = null;

  function receive(topic: string, payload: Buffer): void {
    if (!running || topic !== topics.down) return;
    try {
      downlink.take(openDown(key, payload));
    } catch (error) {
      refusals.count(error);
      changed();
    }
  }

  function sayPresence(connected: boolean): Promise<void> {
    const { head, held } = { head: source.head().seq, held: source.deliveredThrough() };
    const said = { ...options.status(), v: 1, boot: options.boot, connected, head, held };
    return bus
      .publish(topics.state, Buffer.from(JSON.stringify(said)), { retain: true })
      .catch(() => undefined);
  }

  function goodBye(): Promise<void> {
    return new Promise((done) => {
      const tired = clock.setTimeout(done, GOOD_BYE_MS_MAX);
      void sayPresence(false).then(() => {
        clock.clearTimeout(tired);
        done();
      });
    });
  }

  function keepSaying(): void {
    if (bus.connected()) void sayPresence(true);
    presence = clock.setTimeout(keepSaying, PRESENCE_EVERY_MS);
  }

  bus.onMessage(receive);
  bus.onState((connected, why) => {
    if (!running) return;
    const before = code;
    if (connected) code = null;
    // A refusal may reach us as a mere reset: what was understood once stands until a connection.
    else if (code === null || code === 'LINK_DOWN') code = why?.code ?? 'LINK_DOWN';
    // A bus tells of every attempt that failed; a year without a link must not fill the log.
    if (connected !== wasConnected || code !== before) tellChange(connected, why);
    wasConnected = connected;
  });

  function tellChange(connected: boolean, why?: SyncError): void {
    if (connected !== wasConnected) since = clock.now();
    if (connected) {
      log.info({}, 'connected to the township');
      void sayPresence(true);
      uplink.connected();
    } else {
      log.warn({ code, why: why?.message }, 'no connection to the township');
      uplink.disconnected();
    }
    changed();
  }

  source.onAppend(() => {
    if (running) uplink.appended();
  });

  return {
    start() {
      running = true;
      bus.subscribe(topics.down).catch(refusals.count);
      wasConnected = bus.connected() || undefined;
      if (wasConnected) uplink.connected();
      keepSaying();
    },
    async stop() {
      running = false;
      clock.clearTimeout(presence);
      uplink.disconnected();
      if (bus.connected()) await goodBye();
    },
    state: () => ({
      connected: bus.connected(),
      code,
      certificate_until: options.certificate?.until() ?? null,
      waiting: source.head().seq - source.deliveredThrough(),
      since,
      refused: refusals.counts(),
    }),
    onChange: (listener) => listeners.push(listener),
  };
}
