import { beforeEach, expect, test } from 'vitest';
import type { Enrolment } from '../../contract/enrolment.ts';
import { PRESENTED_MARK } from '../../contract/enrolment.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../../record/key-file.ts';
import { wrapFor } from '../../record/seal.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { clinicOf } from '../../testing/world.ts';
import { verifyTownship } from '../book/verify.ts';
import { openTownshipDb } from '../store/sqlite/schema.ts';
import { signAdmission } from './admission.ts';

/**
 * A township that was restored from before an enrolment. Long enough for a box with nothing to send to say
 * three hellos.
 */
const UNANSWERED_MS = 1_800_000;
const AT = '2026-11-22T00:00:00.000Z';
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
  for (let i = 0; i < 30; i += 1) box.source.append('stock', { i });
  await here.clock.advance(5_000);
  expect(box.source.deliveredThrough()).toBe(30);
});

const known = () => here.town().store.ledgers.get(box.source.ledger);
const warnings = () => here.log.lines.filter(({ message }) => /taken back/.test(message));

test('takes the box back by its own signed word, and gets everything again', async () => {
  await here.restore(openTownshipDb(':memory:'));
  await here.clock.advance(5_000);
  expect(known(), 'a hello alone proves nothing to who has lost the box’s keys').toBeUndefined();
  await here.clock.advance(UNANSWERED_MS);
  expect(known()).toMatchObject({
    through: 30,
    clinic: clinicOf(1).fixmedins_code,
    kid: box.keys.signing.kid,
  });
  box.source.append('stock', {});
  await here.clock.advance(5_000);
  expect(box.source.deliveredThrough()).toBe(31);
  expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 31 });
  expect(warnings()).toHaveLength(1);
});

test('does not take a box back whose revocation it remembers', async () => {
  const db = openTownshipDb(':memory:');
  await here.restore(db);
  const { kid, jwk } = box.keys.signing;
  const sealing = text(box.keys.sealing.publicKey);
  here.town().store.ledgers.enrol({ kid, jwk, sealing, ledger: 'f'.repeat(32) }, clinicOf(1), AT);
  here.town().store.ledgers.revoke(kid, AT);
  await here.clock.advance(UNANSWERED_MS);
  expect(known()).toBeUndefined();
  expect(here.town().receiver.refused()).toMatchObject({ ENROL_CODE_UNKNOWN: expect.any(Number) });
});

test('believes no word but its own, about this ledger and clinic, untouched', async () => {
  await here.during(box.stop());
  await here.restore(openTownshipDb(':memory:'));
  const { ledger } = box.source;
  const word = {
    ledger,
    clinic: clinicOf(1),
    key: box.keys.signing.jwk,
    sealing: text(box.keys.sealing.publicKey),
    at: AT,
  };
  const other = readTownshipKeys(makeTownshipKeys(here.random).township);
  const good = signAdmission(word, here.keys);
  const payload = good.split('.')[1] ?? '';
  const changed = Buffer.from(payload, 'base64url').toString().replace('"H1', '"H2');
  const send = async (admission: string, to = here.keys, mark: Uint8Array = PRESENTED_MARK) => {
    const said = Buffer.from(JSON.stringify({ v: 1, t: 'admission', admission }));
    const sealed = wrapFor(to.sealing.publicKey, said, here.random);
    await here.during(here.spy.publish(box.topic('up'), Buffer.concat([mark, sealed])));
    await here.clock.advance(1_000);
  };
  for (const wrong of [
    signAdmission(word, other),
    signAdmission({ ...word, ledger: 'e'.repeat(32) }, here.keys),
    signAdmission({ ...word, clinic: clinicOf(2) }, here.keys),
    signAdmission({ ...word, key: { ...word.key, x: text(new Uint8Array(32)) } }, here.keys),
    good.replace(payload, Buffer.from(changed).toString('base64url')),
    '',
  ])
    await send(wrong);
  await send(good, other);
  await send(good, here.keys, new Uint8Array());
  await here.during(here.spy.publish(box.topic('up'), PRESENTED_MARK));
  await here.clock.advance(1_000);
  expect(known()).toBeUndefined();
  expect(here.town().receiver.refused()).toEqual({
    SIGNATURE_KEY: 2,
    ENROL_CODE_UNKNOWN: 2,
    KEY_UNFIT: 1,
    SIGNATURE_BAD: 1,
    SIGNATURE_ENCODING: 1,
    SEAL_BROKEN: 2,
  });
  await send(good);
  expect(known()).toMatchObject({ through: 0 });
});

test('a word about a box that is known, or a replayed one, changes nothing', async () => {
  const before = known();
  const { admission } = { admission: signAdmission(wordOf(box), here.keys) } satisfies Partial<Enrolment>;
  const sealed = wrapFor(
    here.keys.sealing.publicKey,
    Buffer.from(JSON.stringify({ v: 1, t: 'admission', admission })),
    here.random,
  );
  for (let i = 0; i < 3; i += 1)
    void here.spy.publish(box.topic('up'), Buffer.concat([PRESENTED_MARK, sealed]));
  await here.clock.advance(1_000);
  expect(known()).toEqual(before);
  expect(here.town().receiver.refused()).toEqual({});
  const another = { ...wordOf(box), key: readBoxKeys(makeBoxKeys(here.random)).signing.jwk };
  const theirs = Buffer.from(
    JSON.stringify({ v: 1, t: 'admission', admission: signAdmission(another, here.keys) }),
  );
  const forged = wrapFor(here.keys.sealing.publicKey, theirs, here.random);
  void here.spy.publish(box.topic('up'), Buffer.concat([PRESENTED_MARK, forged]));
  await here.clock.advance(1_000);
  expect(known()).toEqual(before);
  expect(here.town().receiver.refused()).toEqual({ ENROL_CODE_UNKNOWN: 1 });
});

const wordOf = (of: ModelBox) => ({
  ledger: of.source.ledger,
  clinic: clinicOf(1),
  key: of.keys.signing.jwk,
  sealing: text(of.keys.sealing.publicKey),
  at: AT,
});
