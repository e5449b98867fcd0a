import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinicOf } from '../sync/testing/world.ts';
import { openTownship } from './township.ts';

/** What a township finds gone in its folder is never made anew. */

let folder: string;
const at = (name: string) => join(folder, name);
const open = (emptyDatabase = false) => openTownship({ stateDir: folder, emptyDatabase });
const files = () => readdirSync(folder).map((name) => [name, readdirText(name)]);
const readdirText = (name: string) => {
  try {
    return readFileSync(at(name), 'base64');
  } catch {
    return '';
  }
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cunyitong-township-'));
  const { office } = open();
  office.invite(clinicOf(1), 7);
  office.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const DATABASE = ['township.sqlite', 'township.sqlite-wal', 'township.sqlite-shm'];
const remove = (...names: string[]) => {
  for (const name of names) rmSync(at(name), { force: true });
};

test.each<[string, string, () => void]>([
  ['no database', 'TOWNSHIP_MISSING', () => remove(...DATABASE)],
  ['an empty database', 'TOWNSHIP_MISSING', () => truncateSync(at('township.sqlite'), 0)],
  ['no keys', 'KEY_MISSING', () => remove('keys.json')],
  [
    'keys on a stick that is not there',
    'KEY_MISSING',
    () => {
      remove('keys.json');
      symlinkSync(at('stick/keys.json'), at('keys.json'));
    },
  ],
  [
    'keys on a stick that is not there, and no database',
    'KEY_MISSING',
    () => {
      remove('keys.json', ...DATABASE);
      symlinkSync(at('stick/keys.json'), at('keys.json'));
    },
  ],
  ['no key of the insurer', 'KEY_MISSING', () => remove('insurer.json')],
  ['half its keys', 'KEY_FILE_BROKEN', () => truncateSync(at('keys.json'), 40)],
])('with %s it is %s, and the folder stays as it is', (_what, code, change) => {
  change();
  const before = files();
  expect(open).toThrow(code);
  expect(files()).toEqual(before);
});

test('begins with an empty database under the old keys when it is told to', () => {
  const { office, signers } = open();
  office.close();
  remove(...DATABASE);
  const again = open(true);
  expect(again.signers.township.kid).toBe(signers.township.kid);
  again.office.close();
  open().office.close();
});
