import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateSync, inflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { type BoxCertificate, createBoxCertificate, makeTlsKey } from './clinic/certificate.ts';
import { type Certified, PRESENTED_MARK } from './contract/enrolment.ts';
import { fromLines, toLines } from './contract/lines.ts';
import { boxName } from './contract/topics.ts';
import type { Random } from './ports.ts';
import { compactOf, payloadOf } from './record/jws.ts';
import type { SigningKey } from './record/keys.ts';
import { openWith, sealWith, sharedKey, wrapFor } from './record/seal.ts';
import { type ModelBox, type ModelWorld, modelWorld } from './testing/model-world.ts';
import { below, mutateBytes, mutateJson, oneOf } from './testing/mutate.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { clinicOf, settlementBody } from './testing/world.ts';
import { isPresented, signAdmission } from './township/enrol/admission.ts';

/** Each way. `CYT_FUZZ=100000` for the long form. */
const MESSAGES = Number(process.env.CYT_FUZZ ?? 3_000);
const seed = Number(process.env.CYT_SEED ?? Date.now() % 1_000_000);

let here: ModelWorld;
let box: ModelBox;
let random: Random;
/** What was really sent: plain texts by topic. */
const corpus = { up: [] as Buffer[], down: [] as Buffer[] };
let pair: Uint8Array;
let certificate: BoxCertificate;

beforeAll(async () => {
  here = await modelWorld(seed);
  random = seededRandom(seed + 1);
  const first = here.box();
  await here.during(first.stop());
  let kept: Certified | undefined;
  certificate = createBoxCertificate({
    keyPem: makeTlsKey(random),
    user: boxName(first.source.clinic, first.source.ledger),
    kept: () => kept,
    keep(fresh) {
      kept = fresh;
    },
  });
  box = here.connect(first.keys, first.source, first.source.clinic, { certificate });
  pair = sharedKey(box.keys.sealing, here.keys.sealing.publicKey);
  let recording = true;
  here.spy.onMessage((topic, payload) => {
    if (recording && !isPresented(payload))
      corpus[topic.endsWith('/up') ? 'up' : 'down'].push(inflateSync(openWith(pair, payload)));
  });
  for (const leaf of ['up', 'down'] as const) await here.spy.subscribe(box.topic(leaf));
  here.town().datasets.add(here.dataset('catalogue', 1, '{"items":[]}'));
  for (let i = 1; i <= 30; i += 1) {
    if (i % 3) box.source.append('settlement', settlementBody(i, `P${i}`, i));
    else box.source.append('stock', { i });
    await here.clock.advance(500);
  }
  await here.clock.advance(5_000);
  expect(box.source.deliveredThrough()).toBe(30);
  expect(certificate.until()).not.toBeNull();
  recording = false;
});

/** A JWS with something changed, perhaps signed again by somebody who may not sign it. */
function mutateJws(jws: string, wrongKey: SigningKey): string {
  const parts = jws.split('.');
  if (parts.length !== 3) return jws;
  const at = below(random, 3);
  const kind = below(random, 4);
  if (kind === 0) parts[at] = mutateBytes(random, Buffer.from(parts[at] as string)).toString('latin1');
  else if (kind === 1)
    parts[at] = mutateBytes(random, Buffer.from(parts[at] as string, 'base64url')).toString('base64url');
  else {
    const payload = mutateJson(random, JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString()));
    parts[1] = Buffer.from(JSON.stringify(payload) ?? '').toString('base64url');
  }
  if (kind === 3)
    parts[2] = Buffer.from(wrongKey.sign(Buffer.from(`${parts[0]}.${parts[1]}`))).toString('base64url');
  return parts.join('.');
}

/**
 * A message's text with something changed: any byte, its JSON, a JWS in it, or the records that go with it.
 */
function mutateInside(plain: Buffer, wrongKey: SigningKey): Buffer {
  const { message: text, records } = fromLines(plain);
  const message = JSON.parse(text.toString()) as Record<string, unknown>;
  const jws = records.map(compactOf);
  const kind = below(random, 4);
  if (kind === 0) return mutateBytes(random, plain);
  if (kind === 1) return toLines((mutateJson(random, message) as object) ?? {}, jws);
  if (kind === 2 && jws.length > 0)
    return toLines(
      message,
      jws.map((one) => mutateJws(one, wrongKey)),
    );
  for (const [name, value] of Object.entries(message))
    if (typeof value === 'string' && value.split('.').length === 3)
      message[name] = mutateJws(value, wrongKey);
  return toLines(message, jws);
}

/** A township's admission of a box, changed on the way, or its seal. */
function oddPresented(wrongKey: SigningKey): Buffer {
  const { ledger, clinic } = box.source;
  const { jwk: key } = wrongKey;
  const facts = { ...clinicOf(1), fixmedins_code: clinic };
  const sealing = Buffer.from(box.keys.sealing.publicKey).toString('base64url');
  const at = '2026-11-22T00:00:00.000Z';
  const said = {
    v: 1,
    t: 'admission',
    admission: signAdmission({ ledger, clinic: facts, key, sealing, at }, here.keys),
  };
  const plain = mutateInside(Buffer.from(JSON.stringify(said)), wrongKey);
  const sealed = Buffer.concat([PRESENTED_MARK, wrapFor(here.keys.sealing.publicKey, plain, random)]);
  return below(random, 4) === 0 ? mutateBytes(random, sealed) : sealed;
}

/** A payload as no box and no township would send it. */
function odd(leaf: 'up' | 'down', wrongKey: SigningKey): Buffer {
  if (leaf === 'up' && below(random, 20) === 0) return oddPresented(wrongKey);
  const plain = oneOf(random, corpus[leaf]);
  const kind = below(random, 5);
  if (kind === 0) return mutateBytes(random, sealWith(pair, deflateSync(plain), random));
  if (kind === 1) return sealWith(pair, mutateBytes(random, deflateSync(plain)), random);
  return sealWith(pair, deflateSync(mutateInside(plain, wrongKey)), random);
}

function state(): string {
  const { db } = here.town();
  const tables = [
    'records',
    'ledgers',
    'boots',
    'forks',
    'findings',
    'used',
    'postings',
    'boxes',
    'datasets',
    'invites',
  ];
  // That a record was refused is told to the box, and taken back when it goes on.
  const told = (one: unknown) => (one as { code?: string }).code === 'RECORD_REFUSED';
  const township = tables.map((table) => {
    const rows = db.prepare(`SELECT * FROM ${table}`).all();
    expect(rows.filter(told).length).toBeLessThanOrEqual(4);
    return rows.filter((row) => !told(row));
  });
  const { jws, installed, forks, objections } = box.source;
  const own = [
    jws,
    installed,
    forks,
    [...new Set(objections)].filter((jws) => !told(payloadOf(jws))),
    box.source.deliveredThrough(),
    certificate.status(),
  ];
  return JSON.stringify([township, own]);
}

const collect = (() => {
  setFlagsFromString('--expose_gc');
  return runInNewContext('gc') as () => void;
})();

test.each([
  ['up', () => here.keys.signing, () => here.town().receiver.refused()],
  ['down', () => box.keys.signing, () => box.link.state().refused],
] as const)(
  `${MESSAGES} odd messages %s: no crash, no leak, no change (CYT_SEED=${seed})`,
  async (leaf, wrongKey, refused) => {
    const before = state();
    let bytes = 0;
    for (let i = 0; i < MESSAGES; i += 1) {
      const topic = below(random, 50)
        ? box.topic(leaf)
        : mutateBytes(random, Buffer.from(box.topic(leaf))).toString('latin1');
      void here.spy.publish(topic, odd(leaf, wrongKey())).catch(() => undefined);
      if (i % 100 === 99) await here.clock.advance(5);
      if (i === Math.floor(MESSAGES / 5)) {
        collect();
        bytes = process.memoryUsage().heapUsed;
      }
    }
    collect();
    expect(process.memoryUsage().heapUsed - bytes).toBeLessThan(8_000_000);
    expect(state()).toBe(before);
    const { INTERNAL, ...codes } = refused();
    expect(INTERNAL).toBeUndefined();
    expect(Object.keys(codes).length).toBeGreaterThanOrEqual(5);
    box.source.append('stock', {});
    await here.clock.advance(60_000);
    expect(box.source.deliveredThrough()).toBe(box.source.head().seq); // and life goes on
  },
  600_000,
);
