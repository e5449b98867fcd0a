import type { Logger } from 'pino';
import { realSurroundings } from '../drivers/line/real.ts';
import type { DeviceSettings } from '../drivers/settings.ts';
import { inventoryOf } from '../firmware-bridge/inventory.ts';
import { createMqttBus } from '../sync/bus/mqtt.ts';
import { createLink, type Link } from '../sync/clinic/link.ts';
import { boxLogin } from '../sync/clinic/login.ts';
import { presenceWill } from '../sync/clinic/presence.ts';
import { SyncError } from '../sync/errors.ts';
import { deriveKey, wrapFor } from '../sync/record/seal.ts';
import type { ApiParts } from './clinic/api/parts.ts';
import { createServer } from './clinic/api/server.ts';
import { deskView } from './clinic/api/views/desk.ts';
import { createDeviceSet, type DeviceSet } from './clinic/devices.ts';
import { type Box, enrolledBox } from './clinic/enrol.ts';
import { createEntitlement } from './clinic/entitlement.ts';
import { announceLater, untilReady } from './clinic/readiness.ts';
import { slipOf } from './clinic/slip/content.ts';
import { slipBytes } from './clinic/slip/escpos.ts';
import { createPrinting } from './clinic/slip/runner.ts';
import { createDesk, type Desk } from './clinic/visit/desk.ts';
import { createReferences, faultOfDataset } from './clinic/visit/reference.ts';
import { createLedger, type Ledger, type LedgerParts } from './ledger/index.ts';
import { openSqliteStore } from './ledger/store/index.ts';
import { newId, realClock, realRandom, realTimers, roomAt } from './real.ts';
import { openStateDir } from './state-dir.ts';
import { createPinCheck } from './web/pin.ts';
import { refusalView } from './web/refusals.ts';
import { createSessions } from './web/session.ts';
import { createAnnouncer } from './web/sse.ts';

export const SOFTWARE = 'cunyitong 0.1.0';
const JWS_BYTES = 262_144;
/** How often disk and clock are looked at. */
const WATCH_MS = 60_000;

export interface GatewayOptions {
  stateDir: string;
  /** Of the township's broker: mqtts://host:port, or mqtt://host:port on the same machine. */
  broker: string;
  /** Of the broker's enrolment door, when that is another one. */
  enrol?: string;
  /** One-time enrolment code, for the first start. */
  code: string | null;
  httpPort: number;
  devices: readonly DeviceSettings[];
  /** Address of the demo panel; null in a clinic. */
  panel: string | null;
  /** Folder of the built page. */
  pageDir: string;
  log: Logger;
}

export interface Gateway {
  url: string;
  /** Resolves when the datasets a visit needs are in force. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

/** The gateway: everything is constructed here, and handed what it needs. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  // Before enrolment: settings that name a device wrongly must not use up the one-time code.
  const around = realSurroundings(realClock, (entry) => log.warn(entry, 'device'));
  const devices = createDeviceSet(options.devices, around);
  const box = await enrolBox(options);
  const ledger = createLedger(ledgerParts(options, box));
  const later = announceLater();
  const references = createReferences(ledger);
  const desk = createDesk({
    ledger,
    references,
    entitlement: createEntitlement({ reference: references.current, used: ledger.used }),
    now: realClock.now,
    newId,
    software: SOFTWARE,
    changed: later.announce,
  });
  const printing = createPrinting({
    queue: ledger,
    printer: devices.printer,
    slip: (seq, copy) => slip(options, box, ledger, desk, seq, copy),
    changed: later.announce,
    failed: (err) => log.error({ err }, 'a slip could not be printed'),
  });
  ledger.onDataset(() => {
    references.changed();
    later.announce();
  });
  const link = openLink(options, box, ledger, devices);
  const events = createAnnouncer<'desk' | 'visit' | 'problem'>(realTimers);
  const parts: ApiParts = {
    desk,
    ledger,
    devices: devices.all,
    link,
    events,
    // The doctor's answer first: making a slip takes longer than booking it.
    printWanted: () => setImmediate(printing.wake),
    pins: createPinCheck(realClock.now),
    sessions: createSessions(realClock.now),
    panel: options.panel,
  };
  const server = await createServer(parts, {
    log,
    sessionKey: deriveKey(box.keys.data, 'cyt session'),
    pageDir: options.pageDir,
  });
  const readiness = untilReady(desk);
  later.listen(() => {
    readiness.check();
    if (readiness.done()) events.send('desk', deskView(parts));
  });
  const watching = setInterval(() => {
    ledger.maintain();
    printing.wake(); // a slip that found the disk full
    later.announce();
  }, WATCH_MS);
  wire(parts, devices, link, printing.wake, later.announce, log);
  link.start();
  const url = await server.listen({ host: '127.0.0.1', port: options.httpPort });
  log.info({ url, ledger: ledger.ledger, head: ledger.head().seq }, 'gateway listens');
  return {
    url,
    ready: readiness.promise,
    async stop() {
      clearInterval(watching);
      await Promise.all([devices.stop(), link.stop(), printing.stop()]);
      later.stop();
      events.close();
      await server.close();
      ledger.close();
    },
  };
}

type Place = Pick<GatewayOptions, 'stateDir' | 'code' | 'broker' | 'enrol'>;

/** The box in a state folder; `code` enrols it when it is not yet. */
export function enrolBox({ stateDir, code, broker, enrol }: Place): Promise<Box> {
  const common = { clock: realClock, random: realRandom };
  return enrolledBox({
    state: openStateDir(stateDir),
    code,
    connect: (login) => createMqttBus({ url: enrol ?? broker, ...login, ...common }),
    ...common,
  });
}

/** What the ledger of a box is opened with; opens its store. */
export function ledgerParts(
  { stateDir }: Pick<Place, 'stateDir'>,
  { keys, ledger, enrolment }: Box,
): LedgerParts {
  const store = openSqliteStore(openStateDir(stateDir).path('ledger.sqlite'));
  const { clinic, township, trust } = enrolment;
  const recovery = Buffer.from(township.recovery, 'base64url');
  const data_key = wrapFor(recovery, keys.data, realRandom).toString('base64url');
  return {
    store,
    keys: { signing: keys.signing, dataKey: keys.data },
    clinic: clinic.fixmedins_code,
    clock: realClock,
    random: realRandom,
    disk: () => roomAt(stateDir),
    opening: { ledger, facts: { clinic, township, trust, box: keys.signing.jwk, data_key, previous: null } },
    validate(name, content) {
      const fault = faultOfDataset(name, content);
      if (fault) throw new SyncError('DATASET_REFUSED', `${name}: ${fault}`);
    },
  };
}

function slip(
  options: GatewayOptions,
  box: Box,
  ledger: Ledger,
  desk: Desk,
  seq: number,
  copy: number,
): Uint8Array {
  const record = ledger.record(seq);
  const [jws] = ledger.read(seq - 1, 1, JWS_BYTES);
  if (!record || !jws) throw new Error(`no record ${seq}`);
  const { clinic, operators } = desk.reference();
  const operator = operators.value.find(({ opter }) => opter === record.operator);
  return slipBytes(
    slipOf({
      record,
      jws,
      copy,
      fixmedins_name: clinic.value.fixmedins_name,
      operatorName: operator?.opter_name ?? record.operator,
      signing: box.keys.signing,
      demo: options.panel !== null,
    }),
  );
}

function openLink(options: GatewayOptions, box: Box, ledger: Ledger, devices: DeviceSet): Link {
  const { enrolment, keys, certificate } = box;
  const boot = newId();
  const bus = createMqttBus({
    url: options.broker,
    tls: certificate.tls,
    ...boxLogin(enrolment),
    will: presenceWill(ledger, boot),
    clock: realClock,
    random: realRandom,
  });
  const link = createLink({
    bus,
    source: ledger,
    signing: keys.signing,
    sealing: keys.sealing,
    enrolment,
    certificate,
    clock: realClock,
    random: realRandom,
    log: options.log,
    boot,
    status: () => ({
      software: SOFTWARE,
      clock: ledger.time().source,
      disk: ledger.disk(),
      certificate: certificate.said().until,
      devices: inventoryOf(devices.all),
    }),
  });
  return {
    ...link,
    async stop() {
      await link.stop();
      await bus.close();
    },
  };
}

/** What happens by itself: cards, device states, the link. */
function wire(
  { desk, events }: ApiParts,
  devices: DeviceSet,
  link: Link,
  wake: () => void,
  announce: () => void,
  log: Logger,
): void {
  devices.onCredential((credential) => {
    try {
      events.send('visit', { visit: desk.open({ credential }).id, why: 'card' });
    } catch (err) {
      log.warn({ err }, 'a card came before the datasets');
    }
  });
  devices.onProblem((code) => events.send('problem', refusalView(code)));
  let scanned = false;
  devices.onScan((_scan, { id }) => {
    // Once, and without the text: a scanner must not fill the log, and a code may name a person.
    if (!scanned) log.info({ device: id }, 'a code was scanned; nothing uses codes yet');
    scanned = true;
  });
  devices.onStatus(({ role }) => {
    announce();
    if (role === 'print') wake();
  });
  link.onChange(announce);
  devices.start();
}
