import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeBoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import { clinicOf, memoryLog, random } from '../../sync/testing/world.ts';
import { createSignedObjections } from '../../sync/township/book/signed-objections.ts';
import { runCommand } from '../../test/clinic.ts';
import { openTownship } from '../township.ts';

const folder = mkdtempSync(join(tmpdir(), 'cunyitong-objections-'));
afterAll(() => rmSync(folder, { recursive: true }));

const AT = '2026-11-22T00:00:00.000Z';
const ledger = 'a'.repeat(32);

test('an officer reads what stands, with who acts, and withdraws it with a reason', async () => {
  const { office, signers } = openTownship({ stateDir: folder });
  const { signing, sealing } = readBoxKeys(makeBoxKeys(random));
  const key = {
    kid: signing.kid,
    jwk: signing.jwk,
    sealing: Buffer.from(sealing.publicKey).toString('base64url'),
  };
  office.store.ledgers.enrol({ ...key, ledger }, clinicOf(1), AT);
  const signed = createSignedObjections({ signing: signers.township, log: memoryLog(), now: () => AT });
  for (const code of ['AMOUNTS_DIFFER', 'REQUEST_TWICE'] as const)
    signed.add(office.store, { ledger, clinic: clinicOf(1).fixmedins_code }, 7, { code, text: 'x' });
  office.close();

  const findings = async (...more: string[]) =>
    JSON.parse((await runCommand(['township', 'report', '--state', folder, 'findings', ...more])).out);
  expect(await findings()).toMatchObject([
    { ledger, seq: 7, code: 'REQUEST_TWICE', number: 377, acts: 'doctor' },
    { ledger, seq: 7, code: 'AMOUNTS_DIFFER', number: 371, acts: 'township' },
  ]);
  const withdraw = (code: string) => {
    const which = ['--ledger', ledger, '--seq', '7', '--code', code, '--why', 'looked at on paper'];
    return runCommand(['township', 'withdraw', '--state', folder, ...which]);
  };
  expect(await withdraw('AMOUNTS_DIFFER')).toMatchObject({ code: 0 });
  expect(await withdraw('AMOUNTS_DIFFER')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no such objection'),
  });
  expect(await withdraw('toString')).toMatchObject({ code: 2 });
  expect(await findings()).toMatchObject([{ code: 'REQUEST_TWICE' }]);
  expect(await findings('--all')).toMatchObject([
    { code: 'REQUEST_TWICE' },
    { code: 'AMOUNTS_DIFFER', withdrawn_at: expect.any(String) },
  ]);
});
