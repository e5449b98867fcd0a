import type { Logger } from 'pino';
import { realLines } from '../drivers/line/real.ts';
import type { DeviceSettings } from '../drivers/settings.ts';
import { inventoryOf } from '../firmware-bridge/inventory.ts';
import { createMqttBus } from '../sync/bus/mqtt.ts';
import { createLink, type Link } from '../sync/clinic/link.ts';
import { boxLogin } from '../sync/clinic/login.ts';
import { presenceWill } from '../sync/clinic/presence.ts';
import { SyncError } from '../sync/errors.ts';
import { KEY_PURPOSES } from '../sync/record/key-purposes.ts';
import { deriveKey, wrapFor } from '../sync/record/seal.ts';
import type { ApiParts } from './clinic/api/parts.ts';
import { createServer } from './clinic/api/server.ts';
import { createChanges } from './clinic/changes.ts';
import { createDeviceSet, type DeviceSet } from './clinic/devices.ts';
import { type Box, enrolledBox } from './clinic/enrol.ts';
import { createEntitlement } from './clinic/entitlement.ts';
import { sendPageEvents } from './clinic/page-events.ts';
import { untilReady } from './clinic/readiness.ts';
import { createPrinting } from './clinic/slip/runner.ts';
import { createSlips } from './clinic/slip/slips.ts';
import { startUpkeep } from './clinic/upkeep.ts';
import { createDesk } from './clinic/visit/desk.ts';
import { faultOfDataset, followReference } from './clinic/visit/reference.ts';
import { createHealth, type Health } from './health.ts';
import { createLedger, type Ledger, type LedgerParts } from './ledger/index.ts';
import { openSqliteStore } from './ledger/store/index.ts';
import { monotonicClock, newId, realClock, realRandom, roomAt } from './real.ts';
import { openStateDir } from './state-dir.ts';
import { createPinCheck } from './web/pin.ts';
import { createSessions } from './web/session.ts';
import { createAnnouncer } from './web/sse.ts';

export const SOFTWARE = 'cunyitong 0.1.0';

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
  health: Health;
  stop(): Promise<void>;
}

/** The gateway of a clinic. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const { parts, box, ledger, reference, changes, devices, printing, health, link } = await compose(options);
  const sessionKey = deriveKey(box.keys.data, KEY_PURPOSES.session);
  const server = await createServer(parts, { log, sessionKey, pageDir: options.pageDir });
  const readiness = untilReady(reference);
  sendPageEvents({ parts, changes, devices, readiness, log });
  const stopUpkeep = startUpkeep({ ledger, health, printing, changes, clock: realClock, log });
  ledger.onDataset(changes.announce);
  link.onChange(changes.announce);
  devices.onStatus(({ role }) => {
    changes.announce();
    if (role === 'print') printing.wake();
  });
  devices.start();
  link.start();
  const url = await server.listen({ host: '127.0.0.1', port: options.httpPort });
  log.info({ url, ledger: ledger.ledger, head: ledger.head().seq }, 'gateway listens');
  return {
    url,
    ready: readiness.promise,
    health,
    async stop() {
      stopUpkeep();
      health.stop();
      await Promise.all([devices.stop(), link.stop(), printing.stop()]);
      changes.stop();
      parts.events.close();
      await server.close();
      ledger.close();
    },
  };
}

/** Everything is constructed here, and handed what it needs; nothing is started. */
async function compose(options: GatewayOptions) {
  const { log, panel } = options;
  // Before enrolment: settings that name a device wrongly must not use up the one-time code.
  const lines = realLines(realClock, (entry) => log.warn(entry, 'device'));
  const devices = createDeviceSet(options.devices, lines);
  const box = await enrolBox(options);
  const ledger = createLedger(ledgerParts(options, box));
  const reference = followReference(ledger);
  const changes = createChanges(setImmediate);
  const desk = createDesk({
    ledger,
    reference,
    entitlement: createEntitlement({ reference, used: ledger.used }),
    now: realClock.now,
    newId,
    software: SOFTWARE,
    changed: changes.announce,
  });
  const slips = createSlips({ ledger, reference, signing: box.keys.signing, demo: panel !== null });
  const printing = createPrinting({
    queue: ledger,
    printer: devices.printer,
    slip: slips.bytesOf,
    changed: changes.announce,
    failed: (err) => log.error({ err }, 'a slip could not be printed'),
  });
  const health = createHealth({
    ledger,
    link: () => link.state(),
    devices: devices.all,
    clock: monotonicClock,
  });
  const link = openLink({ box, ledger, health, devices, broker: options.broker, log });
  const parts: ApiParts = {
    desk,
    ledger,
    devices: devices.all,
    link,
    health,
    events: createAnnouncer(realClock),
    // The doctor's answer first: making a slip takes longer than booking it.
    printWanted: () => setImmediate(printing.wake),
    pins: createPinCheck(realClock.now),
    sessions: createSessions(realClock.now),
    panel,
  };
  return { parts, box, ledger, reference, changes, devices, printing, health, link };
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

interface LinkParts {
  box: Box;
  ledger: Ledger;
  health: Health;
  devices: DeviceSet;
  broker: string;
  log: Logger;
}

function openLink({ box, ledger, health, devices, broker, log }: LinkParts): Link {
  const { enrolment, keys, certificate } = box;
  const boot = newId();
  const common = { clock: realClock, random: realRandom };
  const bus = createMqttBus({
    url: broker,
    tls: certificate.tls,
    ...boxLogin(enrolment),
    will: presenceWill(ledger, boot),
    ...common,
  });
  const link = createLink({
    bus,
    source: ledger,
    signing: keys.signing,
    sealing: keys.sealing,
    enrolment,
    certificate,
    log,
    boot,
    status: () => ({
      software: SOFTWARE,
      ...health.presence(),
      certificate: certificate.status().until,
      devices: inventoryOf(devices.all),
    }),
    ...common,
  });
  return {
    ...link,
    async stop() {
      await link.stop();
      await bus.close();
    },
  };
}
