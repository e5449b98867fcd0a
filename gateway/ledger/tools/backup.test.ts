import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signDataset } from '../../../sync/record/dataset.ts';
import { payloadOf } from '../../../sync/record/jws.ts';
import { type Head, recordHash } from '../../../sync/record/record.ts';
import type { Ledger } from '../interfaces.ts';
import { createSealer } from '../sealer.ts';
import { ModelDisk, ModelStore, openSqliteStore, type Store } from '../store/index.ts';
import { CLINIC, KEYS, ledgerOn, NOON_MS, randomOf, settle } from '../testing/fixtures.ts';
import { backupLedger } from './backup.ts';
import { restoreLedger } from './restore.ts';
import { verifyLedger } from './verify.ts';

const sealer = createSealer(KEYS.dataKey, randomOf('backup'));
const keyOf = () => KEYS.signing;
const PERSON = { psn_no: 'P0001', insutype: '390', poolarea: '440882' };
const YEAR = [{ name: 'outpatient-year', period: 'year', scope: 'person' }] as const;
let folder = '';
let file = '';
let target = '';
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-backup-'));
  file = join(folder, 'ledger.db');
  target = join(folder, 'stick.db');
  ledger = ledgerOn(openSqliteStore(file));
  for (const request of ['a', 'b', 'c']) settle(ledger, { request });
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

describe('a backup', () => {
  test('is made and verified beside the open ledger, and keeps its settings', () => {
    expect(backupLedger(file, target, sealer, keyOf)).toMatchObject({ records: 4, flaws: [] });
    settle(ledger, { request: 'd' });
    expect(backupLedger(file, target, sealer, keyOf)).toMatchObject({ records: 5, head: ledger.head() });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).not.toContain('stick.db.part');
    const again = ledgerOn(openSqliteStore(target));
    expect(settle(again, { request: 'a' }).repeated).toBe(true);
    again.close();
  });

  test('of a broken ledger, or onto a bad place, leaves the good one that was there', () => {
    backupLedger(file, target, sealer, keyOf);
    const size = statSync(target).size;
    const db = new Database(file);
    db.exec('UPDATE used SET amount = amount + 1');
    db.close();
    expect(() => backupLedger(file, target, sealer, keyOf)).toThrow('BACKUP_BROKEN');
    expect(statSync(target).size).toBe(size);
    expect(existsSync(`${target}.part`)).toBe(false);
    writeFileSync(join(folder, 'plain'), '');
    expect(() => backupLedger(file, join(folder, 'plain', 'x'), sealer, keyOf)).toThrow('BACKUP_PLACE');
  });

  test('says what the recovery key opens, of a store from before that was kept too', () => {
    const path = join(folder, 'with-key.db');
    const opened = () => ledgerOn(openSqliteStore(path), { opening: { facts: { data_key: 'wrapped' } } });
    const wrappedIn = (of: string) => {
      const store = openSqliteStore(of, { readOnly: true });
      const key = store.meta('data_key');
      store.close();
      return key;
    };
    opened().close();
    expect(wrappedIn(backupLedger(path, target, sealer, keyOf).file)).toBe('wrapped');
    const db = new Database(path);
    db.exec("DELETE FROM meta WHERE key = 'data_key'");
    db.close();
    opened().close();
    expect(wrappedIn(path)).toBe('wrapped');
    const forger = new Database(path);
    forger.exec("UPDATE meta SET value = 'x' WHERE key = 'data_key'");
    forger.close();
    expect(() => backupLedger(path, target, sealer, keyOf)).toThrow('RECORD_ROW_DIFFERS');
  });

  test('replaces an earlier copy of the same ledger and nothing else; a folder gets a file of the ledger’s name', () => {
    const stick = join(folder, 'stick');
    mkdirSync(stick);
    const { file: copy } = backupLedger(file, stick, sealer, keyOf);
    expect(copy).toBe(join(stick, `cunyitong-${ledger.ledger.slice(0, 8)}.sqlite`));
    expect(backupLedger(file, stick, sealer, keyOf).file).toBe(copy);

    const other = join(folder, 'other.db');
    ledgerOn(openSqliteStore(other), { random: randomOf('another ledger') }).close();
    const newer = join(folder, 'newer.db');
    copyFileSync(copy, newer);
    const longer = ledgerOn(openSqliteStore(newer));
    settle(longer, { request: 'd' });
    longer.close();
    writeFileSync(join(folder, 'letter'), 'dear doctor');
    for (const [to, why] of [
      [file, 'is the ledger itself'],
      [other, 'is of another ledger'],
      [newer, 'has records that are not here'],
      [join(folder, 'letter'), 'is no backup'],
    ] as const) {
      const before = readFileSync(to);
      expect(() => backupLedger(file, to, sealer, keyOf)).toThrow(why);
      expect(readFileSync(to).equals(before)).toBe(true);
    }
    expect(verifyLedger(openSqliteStore(file, { readOnly: true }), sealer, keyOf).flaws).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'onto a stick that is full, pulled out or read-only, says so, leaves the copy that was there and no rest',
    () => {
      const stick = join(folder, 'stick');
      mkdirSync(stick);
      const mount = (...options: string[]) =>
        expect(spawnSync('mount', [...options, 'tmpfs', stick]).status).toBe(0);
      mount('-t', 'tmpfs', '-o', 'size=256k');
      try {
        const { file: copy } = backupLedger(file, stick, sealer, keyOf);
        const before = readFileSync(copy);
        for (let n = 0; n < 20; n++) settle(ledger, { request: `more ${n}` });
        expect(() => backupLedger(file, stick, sealer, keyOf)).toThrow('BACKUP_PLACE');
        expect(readFileSync(copy).equals(before)).toBe(true);
        expect(readdirSync(stick)).toEqual([basename(copy)]);
        // Pulled out while the copy is being verified.
        mount('-o', 'remount,size=4m');
        const pulled = () => {
          spawnSync('umount', ['-l', stick]);
          return KEYS.signing;
        };
        expect(() => backupLedger(file, stick, sealer, pulled)).toThrow('BACKUP_PLACE');
        expect(readdirSync(stick)).toEqual([]);
        mount('-t', 'tmpfs', '-o', 'size=1m');
        writeFileSync(copy, before);
        mount('-o', 'remount,ro,size=1m');
        expect(() => backupLedger(file, stick, sealer, keyOf)).toThrow('BACKUP_PLACE');
        expect(readFileSync(copy).equals(before)).toBe(true);
      } finally {
        spawnSync('umount', [stick]);
      }
    },
  );
});

describe('a restore', () => {
  let backup: Store;
  beforeEach(() => {
    const content = '{"persons":[]}';
    const fields = {
      name: 'roster',
      version: 4,
      clinic: CLINIC,
      issued: '2026-11-21T00:00:00.000Z',
      content,
    };
    const { manifest } = signDataset(fields, KEYS.signing);
    ledger.install(manifest, content, payloadOf(manifest));
    backupLedger(file, target, sealer, keyOf);
    backup = openSqliteStore(target, { readOnly: true });
  });
  afterEach(() => backup.close());

  const restore = (
    held: Head | null,
    store: Store = new ModelStore(new ModelDisk()),
    from = backup,
    townshipCopy: string[] = [],
  ) =>
    restoreLedger({
      store,
      keys: KEYS,
      clinic: CLINIC,
      clock: { now: () => NOON_MS },
      random: randomOf('new box'),
      backup: { store: from, keyOf },
      held,
      townshipCopy,
      opening: { facts: { box: KEYS.signing.jwk } },
    });
  const headAt = (seq: number): Head => ({ seq, hash: backup.record(seq)?.hash ?? 'f'.repeat(64) });

  test.each([
    ['level', 5, 0],
    ['behind', 3, 2],
    ['behind', 0, 5],
    ['ahead', 9, 5], // no receipt ever came here: what of these it holds, it leaves alone
  ])('with a township %s (it holds %i) transfers %i records', (township, seq, count) => {
    const disk = new ModelDisk();
    const restored = restore(
      seq === 0 ? { seq: 0, hash: '0'.repeat(64) } : headAt(seq),
      new ModelStore(disk),
    );
    expect(restored.township).toBe(township);
    expect(restored.transferred).toBe(count);
    const bodies = [...disk.records].filter(({ kind }) => kind === 'handed-in');
    expect(bodies).toHaveLength(count);
    for (const [index, { seq: at }] of bodies.entries()) {
      const { jws } = (restored.ledger.record(at)?.body ?? {}) as { jws: string };
      expect(recordHash(jws)).toBe(backup.record(5 - count + index + 1)?.hash);
    }
    expect(restored.ledger.ledger).not.toBe(ledger.ledger);
    expect(restored.ledger.record(1)).toMatchObject({
      prev: '0'.repeat(64),
      body: {
        event: 'ledger-opened',
        box: KEYS.signing.jwk,
        succeeds: { ledger: ledger.ledger, ...headAt(5), township, held: { seq } },
      },
    });
    expect(verifyLedger(new ModelStore(disk), sealer, keyOf).flaws).toEqual([]);
  });

  test('goes on counting what people had used, and can price without a network', () => {
    const { ledger: next } = restore(headAt(5));
    expect(next.used(PERSON, '2026-11-22', [...YEAR])).toEqual({ 'outpatient-year': '44.76' });
    settle(next, { request: 'd' });
    expect(next.used(PERSON, '2026-11-22', [...YEAR])).toEqual({ 'outpatient-year': '59.68' });
    expect(next.datasets()).toEqual({ roster: 4 });
    expect(next.printJobs()).toHaveLength(1);
  });

  test('counts what the backup has lost and the township holds, when given its copy', () => {
    settle(ledger, { request: 'lost 1' });
    const lost = settle(ledger, { request: 'lost 2', psn_no: 'P0002' });
    ledger.reverse({
      operator: 'D',
      request: 'back',
      seq: 2,
      reason: 'r',
      day: '2026-11-22',
      refund: [{ way: 'cash', amount: '11.42' }],
    });
    const theirs = ledger.read(0, 1000, 1e9);
    const {
      ledger: next,
      township,
      transferred,
    } = restore(ledger.head(), new ModelStore(new ModelDisk()), backup, theirs);
    expect([township, transferred]).toEqual(['ahead', 0]);
    for (const person of [PERSON, { ...PERSON, psn_no: 'P0002' }])
      expect(next.used(person, '2026-11-22', [...YEAR])).toEqual(
        ledger.used(person, '2026-11-22', [...YEAR]),
      );
    const again = (copy: string[]) => () =>
      restore(ledger.head(), new ModelStore(new ModelDisk()), backup, copy);
    expect(again(theirs.filter((_, index) => index !== lost.seq - 1))).toThrow('RECORD_GAP');
    expect(again(['x'])).toThrow('SIGNATURE_ENCODING');
  });

  test('of a restored ledger carries both on', () => {
    const disk = new ModelDisk();
    settle(restore(headAt(5), new ModelStore(disk)).ledger, { request: 'd' });
    const third = restore(null, new ModelStore(new ModelDisk()), new ModelStore(disk));
    expect(third.township).toBe('unknown');
    expect(third.ledger.used(PERSON, '2026-11-22', [...YEAR])).toEqual({ 'outpatient-year': '59.68' });
  });

  test('tells a township that holds another record, and transfers the whole branch', () => {
    const restored = restore({ seq: 4, hash: 'e'.repeat(64) });
    expect([restored.township, restored.transferred]).toEqual(['differs', 5]);
  });

  test('finds totals that were changed on the way', () => {
    const disk = new ModelDisk();
    restore(headAt(5), new ModelStore(disk));
    const [key, row] = [...disk.carried][0] ?? [];
    if (key && row) disk.carried.set(key, { ...row, amount: row.amount - 1 });
    const { flaws } = verifyLedger(new ModelStore(disk), sealer, keyOf);
    expect(flaws).toMatchObject([{ code: 'TOTALS_DIFFER', detail: expect.stringContaining('carried') }]);
  });

  test('is refused over a ledger, from another clinic, and from a broken backup', () => {
    const taken = new ModelDisk();
    ledgerOn(new ModelStore(taken));
    expect(() => restore(null, new ModelStore(taken))).toThrow('ACT_INVALID');
    const foreign = new ModelDisk();
    const theirs = new ModelStore(foreign);
    theirs.transact(() => theirs.setMeta('clinic', 'H99999999999'));
    expect(() => restore(null, new ModelStore(new ModelDisk()), theirs)).toThrow('LEDGER_FOREIGN');
    const broken = new ModelDisk();
    settle(ledgerOn(new ModelStore(broken)), { request: 'a' });
    broken.used.clear();
    expect(() => restore(null, new ModelStore(new ModelDisk()), new ModelStore(broken))).toThrow(
      'BACKUP_BROKEN',
    );
  });
});
