import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { payloadOf } from '../../../sync/record/jws.ts';
import { createSealer } from '../sealer.ts';
import { KEYS, ledgerOn, randomOf, settle } from '../testing/fixtures.ts';
import { openSqliteStore } from './sqlite.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-rest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every byte that a thief of the card has. */
const everything = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
const SECRETS = [
  '14022519500302001X',
  '测试人',
  'P0001',
  'J06.900',
  '阿莫西林',
  'request-of-mine',
  '1402**',
  'spoken',
];

test('a copied disk tells who was ill with what to nobody without the data key', () => {
  const ledger = ledgerOn(openSqliteStore(join(folder, 'ledger.db')));
  settle(ledger, { request: 'request-of-mine' });
  ledger.putVisit({
    id: 'v',
    opened_at: '2026-11-22T04:00:00.000Z',
    json: JSON.stringify({ certno: '14022519500302001X', name: '测试人' }),
  });
  ledger.addObjection('h.spoken.s');
  ledger.append('service', { psn_no: 'P0001' }, 'D');
  for (const stage of ['open', 'closed']) {
    const bytes = everything();
    for (const secret of SECRETS) {
      const spellings = [Buffer.from(secret), Buffer.from(Buffer.from(secret).toString('base64url'))];
      for (const spelling of spellings)
        expect([stage, secret, bytes.includes(spelling)]).toEqual([stage, secret, false]);
    }
    if (stage === 'open') ledger.close();
  }
  const reader = openSqliteStore(join(folder, 'ledger.db'), { readOnly: true });
  const sealed = reader.record(2)?.sealed ?? Buffer.alloc(0);
  expect(() => createSealer(new Uint8Array(32), randomOf('x')).open(sealed)).toThrow('SEAL_BROKEN');
  // With the key beside the ledger the thief reads all of it: SECURITY.md says so.
  const jws = createSealer(KEYS.dataKey, randomOf('x')).open(sealed);
  expect(JSON.stringify(payloadOf(jws))).toContain('14022519500302001X');
  reader.close();
});

test('what is in the clear: how many acts, which days, which sums, and which of them are one person’s', () => {
  const ledger = ledgerOn(openSqliteStore(join(folder, 'ledger.db')));
  settle(ledger, { request: 'a' });
  settle(ledger, { request: 'b' });
  ledger.close();
  const reader = openSqliteStore(join(folder, 'ledger.db'), { readOnly: true });
  const [one, two] = reader.settlementRows();
  expect(one).toMatchObject({ day: '2026-11-22', fund: 1492 });
  expect(one?.person).toEqual(two?.person);
  expect(one?.person).toHaveLength(16);
  reader.close();
});
