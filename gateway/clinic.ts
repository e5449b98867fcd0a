import type { Logger } from 'pino';
import { realLines } from '../drivers/line/real.ts';
import { createMqttBus } from '../sync/bus/mqtt.ts';
import type { Settings } from '../sync/contract/settings.ts';
import { SyncError } from '../sync/errors.ts';
import type { Log } from '../sync/ports.ts';
import { KEY_PURPOSES } from '../sync/record/key-purposes.ts';
import { deriveKey, wrapFor } from '../sync/record/seal.ts';
import type { ApiParts } from './clinic/api/parts.ts';
import { createServer } from './clinic/api/server.ts';
import { openLink } from './clinic/box-link.ts';
import { createChanges } from './clinic/changes.ts';
import { createDeviceSet, type DeviceSet } from './clinic/devices.ts';
import { keptDrafts } from './clinic/draft-file.ts';
import { type Box, enrolledBox } from './clinic/enrol.ts';
import { createEntitlement } from './clinic/entitlement.ts';
import { createHeadMark } from './clinic/head-mark.ts';
import { startMachineClock } from './clinic/machine-clock.ts';
import { createNotice, listenAt } from './clinic/notice.ts';
import { isRevoked } from './clinic/objections.ts';
import { sendPageEvents } from './clinic/page-events.ts';
import { operatorsNow, untilReady } from './clinic/readiness.ts';
import { createPrinting } from './clinic/slip/runner.ts';
import { createSlips } from './clinic/slip/slips.ts';
import { type Gateway, type Running, startBehindPage } from './clinic/start.ts';
import { LEDGER_FILE } from './clinic/state-files.ts';
import { startUpkeep } from './clinic/upkeep.ts';
import { createDesk } from './clinic/visit/desk.ts';
import { faultOfDataset, followReference } from './clinic/visit/reference.ts';
import type { ErrorCode } from './errors.ts';
import { createHealth } from './health.ts';
import { createLedger, type Ledger, type LedgerParts } from './ledger/index.ts';
import { openSqliteStore } from './ledger/store/index.ts';
import { monotonicClock, newId, realClock, realMachine, realRandom, roomAt } from './real.ts';
import { openStateDir } from './state-dir.ts';
import { createPinCheck } from './web/pin.ts';
import { createSessions } from './web/session.ts';
import { createAnnouncer } from './web/sse.ts';

export const SOFTWARE = 'cunyitong 0.2.0';

/** Of the page, where the settings name none. */
export const DEFAULT_PORT = 8137;

export interface GatewayOptions {
  stateDir: string;
  /** Read anew at every attempt to start. Refusals of the settings, or a driver's. */
  settings(): Settings;
  /** One-time enrolment code, for the first start. */
  code: string | null;
  /** Of the page before the settings could be read. */
  port: number;
  /** Folder of the built page. */
  pageDir: string;
  log: Logger;
  /** Nothing can be settled: why, at the first attempt to start and whenever that changes. */
  onDegraded(code: ErrorCode, url: string): void;
}

/**
 * The gateway of a clinic. The page is there before everything else and says why, while what stands behind it
 * cannot start. Rejects only without a page: PAGE_PORT_UNUSABLE, PAGE_FILES_MISSING.
 */
export function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, pageDir, port } = options;
  const panel = panelIn(options);
  const common = { clock: realClock, random: realRandom };
  return startBehindPage({
    ...{ ...options, ...common },
    notice: createNotice({ log, pageDir, port, panel, ...common }),
    async prepare() {
      const { panel = null, port: wanted = DEFAULT_PORT, ...settings } = options.settings();
      const composed = await compose({ ...options, ...settings, panel });
      return {
        port: wanted === port ? null : wanted,
        run: (at) => run(composed, { log, pageDir, port: at }),
      };
    },
  });
}

/** Null too while the settings cannot be read: that is told when the start is attempted. */
function panelIn({ settings }: GatewayOptions): string | null {
  try {
    return settings().panel ?? null;
  } catch {
    return null;
  }
}

/** Starts what was composed; closes all of it again when the page's port cannot be had. */
async function run(
  composed: Composed,
  { log, pageDir, port }: Pick<GatewayOptions, 'log' | 'pageDir' | 'port'>,
): Promise<Running> {
  const { parts, box, ledger, mark, reference, changes, devices, printing, health, link } = composed;
  const sessionKey = deriveKey(box.keys.data, KEY_PURPOSES.session);
  const server = await createServer(parts, { log, sessionKey, pageDir });
  const url = await listenAt(server, port, realClock).catch((error: unknown) => {
    composed.machineClock.stop();
    health.stop();
    ledger.close();
    throw error;
  });
  const readiness = untilReady(reference);
  sendPageEvents({ parts, ledger, changes, devices, readiness, log });
  const access = [parts.sessions, parts.pins];
  const stopUpkeep = startUpkeep({ ledger, health, printing, changes, access, clock: realClock, log });
  link.onChange(changes.announce);
  devices.onStatus(({ role }) => {
    changes.announce();
    if (role === 'print') printing.wake();
  });
  devices.start();
  link.start();
  log.info({ url, ledger: ledger.ledger, head: ledger.head().seq }, 'gateway listens');
  return {
    url,
    ready: readiness.promise,
    async stop() {
      stopUpkeep();
      composed.machineClock.stop();
      health.stop();
      await Promise.all([devices.stop(), link.stop(), printing.stop()]);
      changes.stop();
      parts.events.close();
      await server.close();
      parts.desk.stop();
      ledger.close();
      await mark.idle();
    },
  };
}

type ComposeOptions = Pick<GatewayOptions, 'stateDir' | 'code' | 'log'> &
  Pick<Settings, 'broker' | 'enrol' | 'devices' | 'clock'> & { panel: string | null };
type Composed = Awaited<ReturnType<typeof compose>>;

/** Everything is constructed here, and handed what it needs; nothing is started. */
async function compose(options: ComposeOptions) {
  // Before enrolment: settings that name a device wrongly must not use up the one-time code.
  const lines = realLines(realClock, (entry) => options.log.warn(entry, 'device'));
  const devices = createDeviceSet(options.devices, lines);
  const box = await enrolBox(options);
  const parts = ledgerParts(options, box);
  const machineClock = startMachineClock(realMachine, options.clock === 'battery', realClock);
  try {
    const ledger = createLedger({ ...parts, clockState: machineClock });
    return { ...composeOn(ledger, { options, box, devices }), mark: parts.mark, machineClock };
  } catch (error) {
    machineClock.stop();
    parts.store.close(); // the next attempt opens it again
    throw error;
  }
}

function composeOn(
  ledger: Ledger,
  { options, box, devices }: { options: ComposeOptions; box: Box; devices: DeviceSet },
) {
  const { log, panel } = options;
  const reference = followReference(ledger);
  const changes = createChanges(setImmediate);
  const desk = createDesk({
    ledger,
    reference,
    entitlement: createEntitlement({
      reference,
      used: ledger.used,
      revoked: () => isRevoked(ledger),
    }),
    now: () => ledger.time().now,
    newId,
    software: SOFTWARE,
    drafts: keptDrafts(openStateDir(options.stateDir), box.keys.data, {
      clock: monotonicClock,
      random: realRandom,
      log,
    }),
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
  const link = openLink({
    ...{ box, ledger, health, devices, broker: options.broker, log, software: SOFTWARE, boot: newId() },
    ...{ clock: realClock, random: realRandom },
  });
  const events: ApiParts['events'] = createAnnouncer(realClock);
  const sessions = createSessions({
    keeper: ledger,
    operators: () => operatorsNow(reference),
    ticks: monotonicClock.now,
    now: () => ledger.time().now,
    random: realRandom,
  });
  sessions.onEnd(events.sweep);
  ledger.onDataset(sessions.sweep);
  const pins = createPinCheck({ keeper: ledger, ticks: monotonicClock.now, locked: sessions.endOf });
  const parts: ApiParts = {
    desk,
    ledger,
    devices: devices.all,
    link,
    health,
    events,
    // The doctor's answer first: making a slip takes longer than booking it.
    printWanted: () => setImmediate(printing.wake),
    pins,
    sessions,
    panel,
  };
  return { parts, box, ledger, reference, changes, devices, printing, health, link };
}

type Place = Pick<ComposeOptions, 'stateDir' | 'code' | 'broker' | 'enrol'>;

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
  { stateDir, log }: Pick<Place, 'stateDir'> & { log?: Log },
  box: Box,
): LedgerParts & { mark: ReturnType<typeof createHeadMark> } {
  const { keys, ledger, enrolment } = box;
  const state = openStateDir(stateDir);
  const store = openSqliteStore(state.path(LEDGER_FILE));
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
    mark: createHeadMark(state, ledger, (err) => log?.warn({ err }, 'the mark of the head was not written')),
    opening: { ledger, facts: { clinic, township, trust, box: keys.signing.jwk, data_key, previous: null } },
    validate(name, content) {
      const fault = faultOfDataset(name, content);
      if (fault) throw new SyncError('DATASET_REFUSED', `${name}: ${fault}`);
    },
  };
}
