import { afterEach, beforeEach, expect, test } from 'vitest';
import { sealMessage } from '../../contract/frame.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../../record/key-file.ts';
import { sharedKey } from '../../record/seal.ts';
import { type MemorySource, memorySource } from '../../testing/memory-source.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { clinicOf, memoryLog, settlementBody } from '../../testing/world.ts';
import { createSignedObjections } from '../book/signed-objections.ts';
import { verifyTownship } from '../book/verify.ts';
import type { LedgerRow, TownshipStore } from '../store/port.ts';
import { openTownshipStore } from '../store/sqlite/store.ts';
import { createIntake, type Intake } from './intake.ts';
import { createPairKeys } from './pair-keys.ts';

/**
 * Intake needs bytes and the keys of a pair: no bus, no session. So a file of sealed batches can be taken in.
 */

const random = seededRandom(3);
const box = readBoxKeys(makeBoxKeys(random));
const township = readTownshipKeys(makeTownshipKeys(random).township);
const pair = sharedKey(box.sealing, township.sealing.publicKey);
const pairOf = createPairKeys(township.sealing);
const LEDGER = 'a'.repeat(32);
const AT = '2026-11-22T00:00:00.000Z';

let store: TownshipStore;
let source: MemorySource;
let intake: Intake;

beforeEach(() => {
  store = openTownshipStore(':memory:');
  const sealing = Buffer.from(box.sealing.publicKey).toString('base64url');
  const { kid, jwk } = box.signing;
  store.ledgers.enrol({ ledger: LEDGER, kid, jwk, sealing }, clinicOf(1), AT);
  source = memorySource(LEDGER, clinicOf(1).fixmedins_code, box.signing);
  for (let seq = 1; seq <= 25; seq += 1) source.append('settlement', settlementBody(seq, 'P1', seq));
  intake = createIntake({
    store,
    objections: createSignedObjections({ signing: township.signing, log: memoryLog(), now: () => AT }),
    check: (key, message, signature) => Promise.resolve(key.verify(message, signature)),
    now: () => AT,
  });
});
afterEach(() => store.close());

const row = () => store.ledgers.get(LEDGER) as LedgerRow;
/** Ten records after a seq, as a box seals them. */
const sealed = (after: number) =>
  sealMessage(pair, { v: 1, t: 'records', after }, random, source.read(after, 10, 1_000_000));

async function take(bytes: Uint8Array) {
  const incoming = intake.read(bytes, pairOf(row()), row().through);
  if (incoming.t !== 'records') throw new Error('no records');
  return intake.store(row(), await incoming.batch);
}

test('sealed batches from a file are stored, booked and verified, in any number of readings', async () => {
  const file = [sealed(0), sealed(10), sealed(20)];
  for (let reading = 0; reading < 2; reading += 1)
    for (const bytes of file) expect((await take(bytes)).fault).toBeUndefined();
  expect(row()).toMatchObject({ through: 25, hash: source.head().hash, fork: null });
  expect(verifyTownship(store)).toMatchObject({ ok: true, records: 25 });
});

test('a batch whose predecessor is missing is refused, and stores nothing', async () => {
  expect(await take(sealed(10))).toMatchObject({ objections: [], fault: { code: 'RECORD_GAP' } });
  expect(row().through).toBe(0);
});

test('what the store cannot take is thrown, and nothing of the batch stays', async () => {
  const failing: TownshipStore = {
    ...store,
    transact: (work) =>
      store.transact((tables) =>
        work({
          ...tables,
          ledgers: {
            ...tables.ledgers,
            advance() {
              throw new Error('the disk is full');
            },
          },
        }),
      ),
  };
  const objections = { judge: () => [] };
  const check = () => Promise.resolve(true);
  const other = createIntake({ store: failing, objections, check, now: () => AT });
  const incoming = other.read(sealed(0), pairOf(row()), 0);
  if (incoming.t !== 'records') throw new Error('no records');
  const batch = await incoming.batch;
  expect(() => other.store(row(), batch)).toThrow('the disk is full');
  expect([...store.records.of(LEDGER)]).toEqual([]);
  expect(row().through).toBe(0);
});
