import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clinicOf } from '../../../testing/world.ts';
import { townshipStoreConformance } from '../testing/conformance.ts';
import { openTownshipStore, openTownshipStoreReadonly } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'cyt-township-'));
afterAll(() => rmSync(folder, { recursive: true }));
const newFile = () => join(mkdtempSync(join(folder, 'store-')), 'township.sqlite');

townshipStoreConformance('SQLite in memory', () => ({ store: openTownshipStore(':memory:') }));

townshipStoreConformance('SQLite in a file', () => {
  const path = newFile();
  return { store: openTownshipStore(path), beside: () => openTownshipStore(path) };
});

test('a store opened for reports is there already, and is not written to', () => {
  const path = newFile();
  expect(() => openTownshipStoreReadonly(path)).toThrow();
  openTownshipStore(path).close();
  const store = openTownshipStoreReadonly(path);
  expect(store.reports.clinics()).toEqual([]);
  expect(() => store.invites.add('t', Buffer.alloc(32), clinicOf(1), '')).toThrow(/readonly/);
  store.close();
});
