/**
 * Made `store-v1.db`. A released schema's fixture is never made again: a new version adds a file of its own,
 * made by that release.
 * `node gateway/ledger/testing/make-store.ts FILE`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signDataset } from '../../../sync/record/dataset.ts';
import { payloadOf, signJws } from '../../../sync/record/jws.ts';
import { createSealer } from '../sealer.ts';
import { openSqliteStore } from '../store/index.ts';
import { backupLedger } from '../tools/backup.ts';
import { CLINIC, KEYS, ledgerOn, randomOf, settle } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'cyt-fixture-'));
const file = join(folder, 'ledger.db');
const ledger = ledgerOn(openSqliteStore(file));
const content = '{"persons":[]}';
const at = '2026-11-22T03:00:00.000Z';
const { manifest } = signDataset(
  { name: 'roster', version: 1, clinic: CLINIC, issued: at, content },
  KEYS.signing,
);
ledger.install(manifest, content, payloadOf(manifest));
for (const request of ['a', 'b', 'c']) settle(ledger, { request });
const refund = [{ way: 'cash' as const, amount: '11.42' }];
ledger.reverse({ operator: 'D', request: 'back', seq: 4, reason: 'r', day: '2026-11-23', refund });
ledger.closeDay('2026-11-22', 'D');
ledger.append('incident', { code: 'DISK_LOW' }, 'gateway');
ledger.setPrintState(3, 0, 'printing');
ledger.setPrintState(3, 0, 'printed');
ledger.putVisit({ id: 'v', opened_at: at, json: '{"draft":1}' });
ledger.addObjection('h.finding.s');
const receipt = {
  v: 1,
  ledger: ledger.ledger,
  clinic: CLINIC,
  through: 8,
  hash: ledger.head().hash,
  at,
};
ledger.acknowledge(signJws('cyt-receipt+jws', receipt, KEYS.signing), 8);
ledger.close();
backupLedger(
  file,
  process.argv[2] ?? '',
  createSealer(KEYS.dataKey, randomOf('fixture')),
  () => KEYS.signing,
);
rmSync(folder, { recursive: true });
