import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { ExportLine } from '../../sync/contract/export-line.ts';
import type { LedgerRecord } from '../../sync/contract/record.ts';
import { isObjectionCode, OBJECTION_CODES } from '../../sync/objection-codes.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import { recordHash } from '../../sync/record/record.ts';
import {
  clinicReport,
  fundReport,
  objectionReport,
  personReport,
  recordReport,
} from '../../sync/township/book/report.ts';
import { verifyTownship } from '../../sync/township/book/verify.ts';
import { clockReport } from '../../sync/township/clock.ts';
import type { TownshipStore } from '../../sync/township/store/port.ts';
import { openTownshipStoreReadonly } from '../../sync/township/store/sqlite/store.ts';
import { every } from '../every.ts';
import { realClock } from '../real.ts';
import { openStateDir } from '../state-dir.ts';
import { startTownship } from '../township.ts';
import { hashPin } from '../web/pin.ts';
import { type Command, flag, need, text, UsageError, type Values } from './command.ts';
import { clinicIn, operatorsIn } from './dataset-file.ts';
import { demoSeedCommand } from './demo-seed.ts';
import { mosquittoCommand } from './mosquitto.ts';
import { untilStopped } from './process.ts';
import { publishCommand } from './publish.ts';
import { tableOf } from './table.ts';
import { objectionCommands } from './township-objections.ts';
import { folderOf, refreshMosquitto, withOffice } from './township-office.ts';
import { recoveryCommands } from './township-recovery.ts';

const INVITE_DAYS = 7;
/** Codes are used up and end while nobody gives a command. */
const LISTS_MS = 60_000;
const state = { state: text } as const;

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

const run: Command = {
  takes: '--state DIR [--port N | --broker URL] [--today DAY] [--empty-database]',
  does: 'runs a township: receiver, its database, and a broker unless it has one (mqtts://…, see township mosquitto)',
  options: {
    ...state,
    port: text,
    host: text,
    broker: text,
    code: text,
    name: text,
    today: text,
    'empty-database': flag,
  },
  async run(values) {
    const stopped = untilStopped();
    const log = pino({ name: 'township', base: null }, pino.destination({ fd: 2, sync: true }));
    const port = Number(values.port ?? 1883);
    const host = typeof values.host === 'string' ? values.host : '127.0.0.1';
    const url = typeof values.broker === 'string' ? values.broker : undefined;
    const broker = url === undefined ? { host, port } : { url };
    const township = await startTownship(folderOf(values), { log, broker });
    const lists = openStateDir(folderOf(values).stateDir);
    const stopLists = every(realClock, LISTS_MS, () => {
      try {
        refreshMosquitto(lists, township.access);
      } catch (err) {
        log.warn({ err }, 'the files of Mosquitto cannot be written');
      }
    });
    process.stdout.write(`ready ${url ?? `mqtt://${host}:${township.port}`}\n`);
    const failed = await Promise.race([stopped, township.failed]);
    stopLists();
    if (failed) throw failed;
    await township.close();
    return 0;
  },
};

const invite: Command = {
  takes: '--state DIR --clinic FILE',
  does: 'makes a one-time enrolment code for the clinic in FILE (clinic.json)',
  options: { ...state, clinic: text },
  run: (values) =>
    withOffice(values, (office) => {
      const { fixmedins_code, fixmedins_name, level, mode, admdvs } = clinicIn(need(values, 'clinic'));
      const clinic = { fixmedins_code, fixmedins_name, level, mode, admdvs };
      process.stdout.write(`${office.invite(clinic, INVITE_DAYS)}\n`);
      return 0;
    }),
};

/** Operators with their PINs in clear go in, the dataset's content with hashes comes out. */
const pins: Command = {
  takes: '--file FILE',
  does: 'turns a list of operators with PINs into the operators dataset (scrypt hashes)',
  options: { file: text },
  async run(values) {
    const hashed = operatorsIn(need(values, 'file')).map(async (operator) => ({
      ...operator,
      pin: await hashPin(operator.pin, randomBytes(16)),
    }));
    print({ operators: await Promise.all(hashed) });
    return 0;
  },
};

const verify: Command = {
  takes: '--state DIR',
  does: 'checks every signature, chain and total the township holds',
  options: state,
  async run(values) {
    const store = townshipStore(values);
    const verdict = verifyTownship(store);
    store.close();
    print(verdict);
    return verdict.ok ? 0 : 1;
  },
};

const report: Command = {
  takes: '--state DIR [clinics|days|months|persons|records|findings|clock] [--all] [--table]',
  does: 'what the township holds, as JSON or as a table: who is silent, behind, forked; money by day and month',
  options: { ...state, table: flag, all: flag },
  async run(values, [what = 'clinics']) {
    const reports: Record<string, (store: TownshipStore) => object[]> = {
      clinics: (store) => clinicReport(store, realClock.now()),
      days: (store) => fundReport(store, 'day'),
      months: (store) => fundReport(store, 'month'),
      persons: (store) => personReport(store),
      records: recordReport,
      clock: (store) => [clockReport(store, realClock.now())],
      findings: (store) => objectionReport(store, values.all === true).map(withWords),
    };
    const make = reports[what];
    if (!make) throw new UsageError(`no report ${what}`);
    const store = townshipStore(values);
    const rows = make(store);
    store.close();
    if (values.table) process.stdout.write(`${tableOf(rows)}\n`);
    else print(rows);
    return 0;
  },
};

/** What an officer wants to know of an objection besides its code. */
function withWords<Row extends { code: string }>(row: Row) {
  if (!isObjectionCode(row.code)) return row;
  const { number, acts, engineer } = OBJECTION_CODES[row.code];
  return { ...row, number, acts, engineer };
}

function townshipStore(values: Values): TownshipStore {
  const file = join(need(values, 'state'), 'township.sqlite');
  // Looking must not make a folder out of a mistyped name.
  if (!existsSync(file)) throw new UsageError('no township is in this folder');
  return openTownshipStoreReadonly(file);
}

/** The township's copy of one ledger, in the form of `ledger export`. */
const exported: Command = {
  takes: '--state DIR --ledger ID',
  does: 'writes the township’s copy of a ledger, one record a line',
  options: { ...state, ledger: text },
  async run(values) {
    const store = townshipStore(values);
    for (let seq = 1; ; seq++) {
      const held = store.records.get(need(values, 'ledger'), seq);
      if (!held) break;
      const { jws } = held;
      const line: ExportLine = { hash: recordHash(jws), record: payloadOf<LedgerRecord>(jws), jws };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
    store.close();
    return 0;
  },
};

export const commands: Record<string, Command> = {
  'township run': run,
  'township mosquitto': mosquittoCommand,
  'township invite': invite,
  ...recoveryCommands,
  'township publish': publishCommand,
  ...objectionCommands,
  'township seed': demoSeedCommand,
  'township operators': pins,
  'township verify': verify,
  'township report': report,
  'township export': exported,
};
