import { Listeners } from '../../drivers/base/listeners.ts';
import { PRESENTED_MARK, type Presented } from '../contract/enrolment.ts';
import { openDown, sealMessage } from '../contract/frame.ts';
import type { UpMessage } from '../contract/messages.ts';
import { ledgerTopic } from '../contract/topics.ts';
import type { SyncError, SyncErrorCode } from '../errors.ts';
import { fromBase64url } from '../record/keys.ts';
import { sharedKey, wrapFor } from '../record/seal.ts';
import { createRefusals } from '../refusals.ts';
import { createDownlink } from './downlink.ts';
import type { LinkOptions } from './ports.ts';
import { createPresence } from './presence.ts';
import { createRefusedDatasets } from './refused-datasets.ts';
import { createUplink } from './uplink.ts';

export interface LinkState {
  connected: boolean;
  /** Why not, when the last attempt said so; connected: TOWNSHIP_SILENT, or null when all is well. */
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

/**
 * Shows a township that does not answer what it once signed: it may have been restored from before our
 * enrolment.
 */
function presentTo({ bus, enrolment, random }: LinkOptions, topic: string): void {
  const { admission, township } = enrolment;
  if (admission === undefined) return;
  const presented: Presented = { v: 1, t: 'admission', admission };
  const sealed = wrapFor(fromBase64url(township.sealing), Buffer.from(JSON.stringify(presented)), random);
  bus.publish(topic, Buffer.concat([PRESENTED_MARK, sealed])).catch(() => undefined);
}

/**
 * The gateway's side of the wire: joins presence, uplink (what the township does not hold yet) and downlink
 * (what it sends) to one bus. docs/wire.md
 */
export function createLink(options: LinkOptions): Link {
  const { bus, source, clock, random, log } = options;
  const key = sharedKey(options.sealing, fromBase64url(options.enrolment.township.sealing));
  const up = ledgerTopic(source.clinic, source.ledger, 'up');
  const down = ledgerTopic(source.clinic, source.ledger, 'down');
  const refusals = createRefusals(log, 'refused a message from the township');
  const listeners = new Listeners<void>((error) =>
    log.error({ detail: String(error) }, 'a listener to the link failed'),
  );
  const changed = () => listeners.emit();
  const send = (message: UpMessage, records?: string[]) =>
    bus.publish(up, sealMessage(key, message, random, records));
  const refused = createRefusedDatasets();
  const uplink = createUplink({ ...options, refused, send, present: () => presentTo(options, up), changed });
  const downlink = createDownlink({ ...options, refused, uplink, changed });
  const presence = createPresence(options);
  let running = false;
  let since = clock.now();
  /** Unknown until the first attempt has ended. */
  let wasConnected: boolean | undefined;
  let code: SyncErrorCode | null = null;

  function receive(topic: string, payload: Buffer): void {
    if (!running || topic !== down) return;
    try {
      downlink.take(openDown(key, payload));
    } catch (error) {
      refusals.count(error);
      changed();
    }
  }

  function connectionChanged(connected: boolean, why?: SyncError): void {
    if (!running) return;
    const before = code;
    if (connected) code = null;
    // A refusal may reach us as a mere reset: what was understood once stands until a connection.
    else if (code === null || code === 'LINK_DOWN') code = why?.code ?? 'LINK_DOWN';
    // A bus tells of every attempt that failed; a year without a link must not fill the log.
    if (connected !== wasConnected || code !== before) tellChange(connected, why);
    wasConnected = connected;
  }

  function tellChange(connected: boolean, why?: SyncError): void {
    if (connected !== wasConnected) since = clock.now();
    if (connected) {
      log.info({}, 'connected to the township');
      void presence.publishPresence(true);
      uplink.connected();
    } else {
      log.warn({ code, why: why?.message }, 'no connection to the township');
      uplink.disconnected();
    }
    changed();
  }

  bus.onMessage(receive);
  bus.onState(connectionChanged);
  source.onAppend(() => {
    if (running) uplink.appended();
  });

  return {
    start() {
      running = true;
      bus.subscribe(down).catch(refusals.count);
      wasConnected = bus.connected() || undefined;
      if (wasConnected) uplink.connected();
      presence.start();
    },
    async stop() {
      running = false;
      uplink.disconnected();
      await presence.stop();
    },
    state: () => ({
      connected: bus.connected(),
      code: code === null && uplink.silent() ? 'TOWNSHIP_SILENT' : code,
      certificate_until: options.certificate?.until() ?? null,
      waiting: source.head().seq - source.deliveredThrough(),
      since,
      refused: refusals.counts(),
    }),
    onChange: (listener) => void listeners.add(listener),
  };
}
