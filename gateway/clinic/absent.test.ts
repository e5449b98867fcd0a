import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMqttBus } from '../../sync/bus/mqtt.ts';
import { clinicOf, clock, quick, random, type World, world } from '../../sync/testing/world.ts';
import { ledgerParts } from '../clinic.ts';
import { createLedger } from '../ledger/index.ts';
import { openStateDir } from '../state-dir.ts';
import { enrolledBox } from './enrol.ts';

/** What an enrolled box finds gone or damaged in its folder stops it before anything is written or sent. */

let here: World;
let root: string;
let enrolled: string;
let folder: string;
let connected = 0;

const open = (code: string | null = null) =>
  enrolledBox({
    state: openStateDir(folder),
    code,
    connect: (login) => {
      connected += 1;
      return createMqttBus({ url: here.url, ...login, clock, random, backoff: quick });
    },
    random,
    clock,
  });
/** Everything that a start opens, without the page. */
async function start(code: string | null = null) {
  const parts = ledgerParts({ stateDir: folder }, await open(code));
  try {
    const ledger = createLedger(parts);
    const close = async () => {
      ledger.close();
      await parts.mark.idle();
    };
    return { ...ledger, close };
  } catch (error) {
    parts.store.close();
    throw error;
  }
}
const at = (name: string) => join(folder, name);
const remove = (...names: string[]) => {
  for (const name of names) rmSync(at(name), { force: true });
};
/** Names and bytes; the lock and SQLite's shared memory hold none that count. */
function files(): [string, string][] {
  const names = readdirSync(folder).filter((name) => !/\.lock$|-shm$/.test(name));
  return names.sort().map((name) => [name, contentOf(at(name))]);
}
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'base64');
  } catch {
    return `-> ${readlinkSync(path)}`;
  }
}

beforeAll(async () => {
  here = await world();
  root = mkdtempSync(join(tmpdir(), 'cunyitong-absent-'));
  enrolled = join(root, 'enrolled');
  folder = enrolled;
  mkdirSync(folder);
  const ledger = await start(here.town().invite(clinicOf(1), 7));
  for (let n = 0; n < 3; n++) ledger.append('incident', { code: 'DISK_LOW', free_bytes: n }, 'gateway');
  ledger.acknowledge('receipt', ledger.head().seq);
  await ledger.close();
  // An older image of the same ledger, and what was written after it.
  cpSync(at('ledger.sqlite'), join(root, 'older.sqlite'));
  const again = await start();
  again.append('incident', { code: 'DISK_LOW', free_bytes: 9 }, 'gateway');
  again.acknowledge('receipt', again.head().seq);
  await again.close();
});
afterAll(async () => {
  await here.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'box-'));
  cpSync(enrolled, folder, { recursive: true, verbatimSymlinks: true });
  connected = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

async function refusedUntouched(code: string, withCode: string | null): Promise<void> {
  const before = files();
  await expect(start(withCode)).rejects.toMatchObject({ code });
  expect(files()).toEqual(before);
  expect(connected).toBe(0);
}

const LEDGER = ['ledger.sqlite', 'ledger.sqlite-wal', 'ledger.sqlite-shm'];
const ABSENT: [string, string, () => void][] = [
  ['no ledger', 'LEDGER_MISSING', () => remove(...LEDGER)],
  ['an empty ledger', 'LEDGER_MISSING', () => truncateSync(at('ledger.sqlite'), 0)],
  [
    'a ledger of nothing but a header',
    'LEDGER_MISSING',
    () => {
      remove(...LEDGER);
      const db = new Database(at('ledger.sqlite'));
      db.exec('CREATE TABLE t (x); DROP TABLE t;');
      db.close();
    },
  ],
  ['no ledger and no mark of its head', 'LEDGER_MISSING', () => remove(...LEDGER, 'head.json')],
  ['no keys', 'KEY_MISSING', () => remove('keys.json')],
  ['no keys for TLS', 'KEY_MISSING', () => remove('tls.key')],
  ['no keys, and no ledger either', 'KEY_MISSING', () => remove('keys.json', ...LEDGER)],
  [
    'keys on a stick that is not there',
    'KEY_MISSING',
    () => {
      remove('keys.json');
      symlinkSync(join(root, 'stick', 'keys.json'), at('keys.json'));
    },
  ],
  ['no enrolment', 'ENROLMENT_MISSING', () => remove('enrolment.json')],
  [
    'no enrolment, and no ledger but its mark',
    'ENROLMENT_MISSING',
    () => remove('enrolment.json', ...LEDGER),
  ],
];
const DAMAGED: [string, string, () => void][] = [
  ['an empty enrolment', 'ENROLMENT_BROKEN', () => writeFileSync(at('enrolment.json'), '')],
  ['half an enrolment', 'ENROLMENT_BROKEN', () => truncateSync(at('enrolment.json'), 300)],
  ['an enrolment that is a list', 'ENROLMENT_BROKEN', () => writeFileSync(at('enrolment.json'), '[]')],
  ['an enrolment without a ledger', 'ENROLMENT_BROKEN', () => writeFileSync(at('enrolment.json'), '{}')],
  ['empty keys', 'KEY_FILE_BROKEN', () => writeFileSync(at('keys.json'), '')],
  ['half the keys', 'KEY_FILE_BROKEN', () => truncateSync(at('keys.json'), 60)],
  ['an empty key for TLS', 'KEY_FILE_BROKEN', () => writeFileSync(at('tls.key'), '')],
  ['a ledger that is text', 'LEDGER_BROKEN', () => writeFileSync(at('ledger.sqlite'), 'text'.repeat(4096))],
  [
    'a folder in place of the ledger',
    'DISK_NO_ACCESS',
    () => {
      remove(...LEDGER);
      mkdirSync(at('ledger.sqlite'));
    },
  ],
  [
    'a folder in place of the keys',
    'DISK_NO_ACCESS',
    () => {
      remove('keys.json');
      mkdirSync(at('keys.json'));
    },
  ],
];

describe.each([
  ['without a code', false],
  ['with a code', true],
])('a start %s', (_how, withCode) => {
  test.each(ABSENT)('of an enrolled box with %s is refused with %s', async (_what, wanted, change) => {
    change();
    await refusedUntouched(wanted, withCode ? here.town().invite(clinicOf(1), 7) : null);
  });
});
test.each(DAMAGED)('%s is refused with %s', async (_what, wanted, change) => {
  change();
  await refusedUntouched(wanted, null).catch((error) => {
    // A folder has no bytes to compare.
    if (!/EISDIR|EINVAL/.test(String(error))) throw error;
  });
});

test('put back, all of it is there again', async () => {
  remove(...LEDGER);
  await refusedUntouched('LEDGER_MISSING', null);
  cpSync(join(enrolled, 'ledger.sqlite'), at('ledger.sqlite'));
  const ledger = await start();
  expect([ledger.lost(), ledger.head().seq]).toEqual([null, 5]);
  await ledger.close();
});

test('a folder in which nothing is, and no code, stays empty', async () => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  await refusedUntouched('NOT_ENROLLED', null);
});

test('a box that release 0.1.0 left, which remembered no head, is no new one', async () => {
  remove('head.json');
  await (await start()).close();
  remove('head.json', ...LEDGER);
  await refusedUntouched('LEDGER_MISSING', null);
});

test('power lost between enrolment and record 1: the ledger is begun', async () => {
  rmSync(folder, { recursive: true });
  await open(here.town().invite(clinicOf(1), 7));
  expect(JSON.parse(readFileSync(at('head.json'), 'utf8')).seq).toBe(0);
  const ledger = await start();
  expect(ledger.head().seq).toBe(1);
  await ledger.close();
  expect(JSON.parse(readFileSync(at('head.json'), 'utf8')).seq).toBe(1);
});

test('a link to a stick stays one when the keys are made', async () => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  const stick = join(folder, 'stick');
  symlinkSync(join('stick', 'keys.json'), at('keys.json'));
  const code = here.town().invite(clinicOf(1), 7);
  await refusedUntouched('KEY_MISSING', code);
  mkdirSync(stick);
  const { keys } = await open(code);
  expect(readlinkSync(at('keys.json'))).toBe(join('stick', 'keys.json'));
  expect(readFileSync(join(stick, 'keys.json'), 'utf8')).toContain('signing');
  expect((await open()).keys.signing.kid).toBe(keys.signing.kid);
});

describe('a ledger behind what it once was', () => {
  const older = () => {
    remove(...LEDGER);
    cpSync(join(root, 'older.sqlite'), at('ledger.sqlite'));
  };

  test('takes nothing more, and says so at every start', async () => {
    older();
    for (let n = 0; n < 2; n++) {
      const ledger = await start();
      expect(ledger.lost()?.code).toBe('RECORDS_MISSING');
      const act = () => ledger.append('incident', { code: 'DISK_LOW', free_bytes: 0 }, 'gateway');
      expect(act).toThrow('RECORDS_MISSING');
      // What the township says of the rest is no fork.
      ledger.fork('the township holds more');
      expect([ledger.forked(), ledger.head().seq]).toEqual([null, 4]);
      await ledger.close();
    }
  });

  test('a mark that cannot be read waits for the township’s word', async () => {
    writeFileSync(at('head.json'), '{"ledger":');
    const ledger = await start();
    const act = () => ledger.append('incident', { code: 'DISK_LOW', free_bytes: 0 }, 'gateway');
    expect(act).toThrow('LEDGER_UNCONFIRMED');
    ledger.acknowledge('receipt', ledger.head().seq);
    expect([ledger.lost(), act().seq]).toEqual([null, 6]);
    await expect.poll(() => readFileSync(at('head.json'), 'utf8')).toContain('"seq":5');
    await ledger.close();
  });

  test('the mark of another box is refused', async () => {
    const mark = JSON.parse(readFileSync(at('head.json'), 'utf8'));
    writeFileSync(at('head.json'), JSON.stringify({ ...mark, ledger: '0'.repeat(32) }));
    await expect(start()).rejects.toMatchObject({ code: 'LEDGER_FOREIGN' });
  });
});
