import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeskView, SettledView } from '../../gateway/clinic/api/views/types.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { ROOT, runCommand, type Started, startCommand, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';
import { type Pieces, startPieces } from './pieces.ts';
import { demoData, privateWords } from './samples.ts';

/** docs/restore.md, case by case, with the commands it names and the processes they are for. */

const DRAFT = {
  diagnoses: [{ diag_code: 'I10.x00x002' }],
  items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
};
const persons: Person[] = demoData('roster').persons.filter((one: Person) => one.psn_insu_stas === '1');

let pieces: Pieces;
let root = '';
let office: Started;
let gateway: Started | null = null;
let doctor: Doctor;
let settled: SettledView[] = [];
let log = '';

const path = (...names: string[]) => join(root, ...names);

/** Runs a command that must succeed and says one line of JSON, or several. */
async function run(...words: string[]) {
  const { code, out, err } = await runCommand(words);
  log += out + err;
  expect(code, `${words.join(' ')}: ${err}${out}`).toBe(0);
  return JSON.parse(out);
}

async function refused(code: string, ...words: string[]): Promise<void> {
  const ended = await runCommand(words);
  log += ended.out + ended.err;
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(ended.err).toContain(code);
  expect(ended.err).not.toMatch(/\n\s+at /);
}

async function startBox(state = pieces.clinic): Promise<void> {
  gateway = await startCommand(['gateway', '--state', state, '--settings', path('settings.json')]);
  doctor = new Doctor(pieces.url);
  await doctor.login();
}

async function stopBox(): Promise<void> {
  await gateway?.stop();
  log += gateway?.log() ?? '';
  gateway = null;
}

async function stopOffice(): Promise<void> {
  await office.stop();
  log += office.log();
}

async function startOffice(): Promise<void> {
  const port = new URL(pieces.office.address).port;
  office = await startCommand(['township', 'run', '--state', pieces.township, '--port', port]);
}

async function settle(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const visit = await doctor.open(persons[settled.length]?.psn_no ?? '');
    const confirmation = await doctor.quoted(visit.id, DRAFT, `restore-test-request-${settled.length}`);
    settled.push(await doctor.confirmed(confirmation));
  }
}

const delivered = () =>
  until(
    'delivery',
    () => doctor.ask<{ waiting: number }>('GET', '/api/desk'),
    ({ waiting }) => waiting === 0,
  );

const ledgerOf = (state: string): string =>
  JSON.parse(readFileSync(join(state, 'enrolment.json'), 'utf8')).ledger;

async function invite(): Promise<string> {
  const clinic = join(ROOT, 'gateway/demo/data/clinic.json');
  return (
    await runCommand(['township', 'invite', '--state', pieces.township, '--clinic', clinic])
  ).out.trim();
}

/** Writes the township's copies of some ledgers into one file. */
async function exported(file: string, ...ledgers: string[]): Promise<string> {
  const copies = ledgers.map((one) =>
    runCommand(['township', 'export', '--state', pieces.township, '--ledger', one]),
  );
  writeFileSync(path(file), (await Promise.all(copies)).map(({ out }) => out).join(''));
  return path(file);
}

/** A file with this code, and one with a new one. */
function codeFile(code: string): string {
  writeFileSync(path('code'), code, { mode: 0o600 });
  return path('code');
}
const invited = async () => codeFile(await invite());

async function restore(state: string, from: string, keys: string, ...also: string[]) {
  const words = ['ledger', 'restore', '--state', state, '--settings', path('settings.json')];
  return run(...words, '--from', from, '--keys', keys, '--code-file', await invited(), ...also);
}

const fen = (yuan: string) => Math.round(Number(yuan) * 100);

/** What every slip says, and what the township has booked for the clinic, over all its ledgers. */
async function expectSameMoney(): Promise<void> {
  expect(await run('township', 'verify', '--state', pieces.township)).toMatchObject({ ok: true, faults: [] });
  const days = await run('township', 'report', '--state', pieces.township, 'days');
  const sum = (key: string) =>
    days.reduce((all: number, day: Record<string, string>) => all + fen(day[key] ?? '0'), 0);
  const slips = (key: 'medfee_sumamt' | 'fund_pay_sumamt' | 'psn_part_amt') =>
    settled.reduce((all, one) => all + fen(one[key]), 0);
  const visits = days.reduce((all: number, { settlements }: { settlements: number }) => all + settlements, 0);
  expect([visits, sum('medfee_sumamt'), sum('fund_pay_sumamt'), sum('psn_part_amt')]).toEqual([
    settled.length,
    slips('medfee_sumamt'),
    slips('fund_pay_sumamt'),
    slips('psn_part_amt'),
  ]);
}

const report = async () =>
  (await run('township', 'report', '--state', pieces.township, 'clinics')) as {
    ledger: string;
    successor: string | null;
    revoked_at: string | null;
  }[];

beforeEach(async () => {
  pieces = await startPieces();
  root = dirname(pieces.clinic);
  office = pieces.office;
  settled = [];
  log = '';
  gateway = await pieces.startGateway();
  doctor = new Doctor(pieces.url);
  await doctor.login();
  await settle(2);
  await delivered();
});

afterEach(async () => {
  await stopBox();
  await stopOffice();
  await pieces.stop();
  expect(privateWords().filter((word) => log.includes(word))).toEqual([]);
});

describe('a box that is gone', () => {
  test.each([
    ['level', 0, 0],
    ['behind', 3, 0],
    ['ahead', 0, 2],
  ] as const)(
    'with a backup on a stick and a township that is %s: nothing is lost, nothing counts twice',
    async (township, unheld, later) => {
      if (unheld > 0) {
        await stopOffice();
        await settle(unheld);
      }
      const { file } = await run('ledger', 'backup', '--state', pieces.clinic, '--to', root);
      if (later > 0) {
        await settle(later);
        await delivered();
      }
      await stopBox();
      if (unheld > 0) await startOffice();
      const old = ledgerOf(pieces.clinic);
      rmSync(pieces.clinic, { recursive: true });

      // The recovery key opens the backup, on a machine that has nothing else; nothing else does.
      const key = path('data-key.json');
      const recovery = join(pieces.township, 'recovery.json');
      writeFileSync(path('wrong.json'), JSON.stringify({ v: 1, holds: 'recovery', sealing: 'A'.repeat(43) }));
      await refused(
        'SEAL_BROKEN',
        'township',
        'unwrap',
        '--from',
        file,
        '--recovery',
        path('wrong.json'),
        '--to',
        key,
      );
      expect(existsSync(key)).toBe(false);
      await refused('KEY_FILE_BROKEN', 'ledger', 'verify', '--from', file, '--keys', recovery);
      await run('township', 'unwrap', '--from', file, '--recovery', recovery, '--to', key);
      expect(statSync(key).mode & 0o777).toBe(0o600);
      const { data } = JSON.parse(readFileSync(key, 'utf8'));
      expect(await run('ledger', 'verify', '--from', file, '--keys', key)).toMatchObject({ flaws: [] });

      const state = path('new-box');
      const theirs = township === 'ahead' ? ['--theirs', await exported('theirs', old)] : [];
      const done = await restore(state, file, key, ...theirs);
      expect(done).toMatchObject({ succeeds: old, township });
      expect(done.handed_in > 0).toBe(unheld > 0);
      await startBox(state);
      await settle(1);
      await delivered();
      await expectSameMoney();
      expect((await report()).find(({ ledger }) => ledger === old)?.successor).toBe(done.ledger);
      expect(await run('ledger', 'verify', '--state', state)).toMatchObject({ flaws: [] });
      expect(log).not.toContain(data);
    },
    120_000,
  );

  test('with a card that can be read: settled while cut off, restored from the folder, and run twice', async () => {
    await stopOffice();
    await settle(2);
    await stopBox();
    await startOffice();
    const card = path('card');
    renameSync(pieces.clinic, card);
    const [from, keys, state] = [join(card, 'ledger.sqlite'), join(card, 'keys.json'), path('new-box')];
    expect(await restore(state, from, keys)).toMatchObject({ township: 'behind' });
    const again = ['ledger', 'restore', '--state', state, '--settings', path('settings.json')];
    expect(await run(...again, '--from', from, '--keys', keys)).toEqual({
      already: true,
      succeeds: ledgerOf(card),
    });
    await startBox(state);
    await settle(1);
    await delivered();
    await expectSameMoney();
  }, 120_000);

  test('stolen: its login closes and what it signs is refused; a card found later is handed in once', async () => {
    await stopOffice();
    await settle(2);
    await stopBox();
    cpSync(pieces.clinic, path('card'), { recursive: true });
    await startOffice();
    const stolen = ledgerOf(pieces.clinic);
    expect(await run('township', 'revoke', '--state', pieces.township, '--ledger', stolen)).toMatchObject({
      revoked: true,
    });
    await refused(
      'no such ledger',
      'township',
      'revoke',
      '--state',
      pieces.township,
      '--ledger',
      'f'.repeat(32),
    );
    // The thief: the box comes up and is let in nowhere.
    await startBox();
    await until(
      'a refused login',
      () => Promise.resolve(office.log() + (gateway?.log() ?? '')),
      (said) => said.includes('LINK_DOWN') || said.includes('refused'),
    );
    expect(await doctor.ask<{ waiting: number }>('GET', '/api/desk')).toMatchObject({
      waiting: expect.any(Number),
    });
    await stopBox();
    expect((await report()).find(({ ledger }) => ledger === stolen)?.revoked_at).not.toBeNull();

    // A new box without any backup, and then the card turns up.
    const state = path('new-box');
    gateway = await startCommand([
      'gateway',
      '--state',
      state,
      '--settings',
      path('settings.json'),
      '--code-file',
      await invited(),
    ]);
    doctor = new Doctor(pieces.url);
    await doctor.login();
    await settle(1);
    await delivered();
    await refused(
      'LEDGER_IN_USE',
      ...['ledger', 'hand-in', '--state', state, '--from', path('card', 'ledger.sqlite')],
      ...['--keys', path('card', 'keys.json')],
    );
    await stopBox();
    const words = ['ledger', 'hand-in', '--state', state, '--from', path('card', 'ledger.sqlite')];
    const first = await run(...words, '--keys', path('card', 'keys.json'));
    expect(first.handed_in).toBeGreaterThanOrEqual(2);
    expect(await run(...words, '--keys', path('card', 'keys.json'))).toMatchObject({ handed_in: 0 });
    // The township may have lost data since: from the first record on, and still nothing counts twice.
    await refused('--after is no seq', ...words, '--keys', path('card', 'keys.json'), '--after', 'x');
    const all = await run(...words, '--keys', path('card', 'keys.json'), '--after', '0');
    expect(all.handed_in).toBeGreaterThan(0);
    await startBox(state);
    await delivered();
    await expectSameMoney();
  }, 120_000);
});

describe('a fork', () => {
  test('what was settled on an old image before it was noticed is booked once, beside what is held', async () => {
    await stopBox();
    cpSync(pieces.clinic, path('image'), { recursive: true });
    await startBox();
    await settle(2);
    await delivered();
    await stopBox();
    await stopOffice();
    // Somebody puts the old image back, and the clinic is cut off for a day.
    rmSync(pieces.clinic, { recursive: true });
    renameSync(path('image'), pieces.clinic);
    await startBox();
    await settle(3);
    await startOffice();
    const told = await until(
      'the fork',
      () => doctor.ask<DeskView>('GET', '/api/desk'),
      (desk) => JSON.stringify(desk).includes('LEDGER_FORKED'),
    );
    expect(JSON.stringify(told)).toContain('一笔不会丢');
    await stopBox();

    const forked = path('forked');
    renameSync(pieces.clinic, forked);
    const ours = join(forked, 'ledger.sqlite');
    const done = await restore(pieces.clinic, ours, join(forked, 'keys.json'));
    expect(done.handed_in).toBeGreaterThanOrEqual(3);
    await startBox();
    await settle(1);
    await delivered();
    await expectSameMoney();

    // Nothing is only ours, and both branches show.
    const theirs = await exported('theirs', done.succeeds, done.ledger);
    const old = await runCommand(['ledger', 'export', '--from', ours, '--keys', join(forked, 'keys.json')]);
    writeFileSync(path('old'), old.out);
    const words = [
      'ledger',
      'reconcile',
      '--state',
      pieces.clinic,
      '--also',
      path('old'),
      '--theirs',
      theirs,
    ];
    const { code, out } = await runCommand(words);
    const { onlyOurs, differing, ours: mine } = JSON.parse(out);
    expect([code, onlyOurs, mine.ledgers]).toEqual([1, [], 2]);
    expect(differing.length).toBeGreaterThanOrEqual(2);
    expect(differing.every(({ ours, theirs }: Record<string, string | null>) => !ours && theirs)).toBe(true);
  }, 120_000);
});

describe('bad input', () => {
  test('is refused with a code, and changes nothing', async () => {
    const { file } = await run('ledger', 'backup', '--state', pieces.clinic, '--to', path('copy.sqlite'));
    const before = statSync(file).size;
    const backup = (to: string) => ['ledger', 'backup', '--state', pieces.clinic, '--to', to];
    writeFileSync(path('letter.txt'), 'dear doctor');
    mkdirSync(path('empty'));
    for (const to of ['letter.txt', 'no/such/folder', 'settings.json'])
      await refused('BACKUP_PLACE', ...backup(path(to)));
    await refused('BACKUP_PLACE', ...backup(join(pieces.clinic, 'ledger.sqlite')));
    expect(readFileSync(path('letter.txt'), 'utf8')).toBe('dear doctor');
    expect(statSync(file).size).toBe(before);
    const keys = join(pieces.clinic, 'keys.json');
    const words = ['ledger', 'restore', '--settings', path('settings.json'), '--from', file, '--keys', keys];
    await refused('LEDGER_THERE', ...words, '--state', pieces.clinic, '--code-file', codeFile('x'));
    await refused('NOT_ENROLLED', ...words, '--state', path('new-box'));
    await refused(
      'ENROL_CODE_UNKNOWN',
      ...words,
      '--state',
      path('new-box'),
      '--code-file',
      codeFile('12345'),
    );
    await refused('--from is missing', 'ledger', 'restore', '--state', path('new-box'));
    writeFileSync(path('other.json'), JSON.stringify({ v: 1, holds: 'data', data: `${'B'.repeat(42)}A` }));
    await refused('BACKUP_LOCKED', 'ledger', 'verify', '--from', file, '--keys', path('other.json'));
    await refused('LEDGER_BROKEN', 'ledger', 'verify', '--from', path('letter.txt'), '--keys', keys);
    await refused('LEDGER_FOREIGN', 'ledger', 'verify', '--from', path('nothing'), '--keys', keys);
    await refused('--keys', 'ledger', 'verify', '--from', file, '--keys', path('nothing'));
    await refused('--theirs', ...words, '--state', path('new-box'), '--theirs', path('letter.txt'));
    const recovery = join(pieces.township, 'recovery.json');
    await refused(
      'is there already',
      'township',
      'unwrap',
      '--from',
      file,
      '--recovery',
      recovery,
      '--to',
      file,
    );
  }, 120_000);
});
