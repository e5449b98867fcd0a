import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import type { Random } from './ports.ts';
import type { SigningKey } from './record/keys.ts';
import { openWith, sealWith, sharedKey } from './record/seal.ts';
import { type ModelBox, type ModelWorld, modelWorld } from './testing/model-world.ts';
import { below, mutateBytes, mutateJson, oneOf } from './testing/mutate.ts';
import { seededRandom } from './testing/sim.ts';
import { settlementBody } from './testing/world.ts';
import { isPresented } from './township/admission.ts';

/** Each way. `CYT_FUZZ=100000` for the long form. */
const MESSAGES = Number(process.env.CYT_FUZZ ?? 3_000);
const seed = Number(process.env.CYT_SEED ?? Date.now() % 1_000_000);

let here: ModelWorld;
let box: ModelBox;
let random: Random;
/** What was really said: plain texts by topic. */
const corpus = { up: [] as Buffer[], down: [] as Buffer[] };
let pair: Uint8Array;

beforeAll(async () => {
  here = await modelWorld(seed);
  random = seededRandom(seed + 1);
  box = here.box();
  pair = sharedKey(box.keys.sealing, here.keys.sealing.publicKey);
  let recording = true;
  here.spy.onMessage((topic, payload) => {
    if (recording && !isPresented(payload))
      corpus[topic.endsWith('/up') ? 'up' : 'down'].push(openWith(pair, payload));
  });
  for (const leaf of ['up', 'down'] as const) await here.spy.subscribe(box.topic(leaf));
  here.town().datasets.add(here.dataset('catalogue', 1, '{"items":[]}'));
  for (let i = 1; i <= 30; i += 1) {
    if (i % 3) box.source.append('settlement', settlementBody(i, `P${i}`, i));
    else box.source.append('stock', { i });
    await here.clock.pass(500);
  }
  await here.clock.pass(5_000);
  expect(box.source.held()).toBe(30);
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

function mutateInside(plain: Buffer, wrongKey: SigningKey): Buffer {
  const message = JSON.parse(plain.toString()) as Record<string, unknown>;
  const kind = below(random, 4);
  if (kind === 0) return mutateBytes(random, plain);
  if (kind === 1) return Buffer.from(JSON.stringify(mutateJson(random, message)) ?? '');
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string' && value.split('.').length === 3)
      message[name] = mutateJws(value, wrongKey);
    if (name === 'records') message[name] = (value as string[]).map((jws) => mutateJws(jws, wrongKey));
  }
  return Buffer.from(JSON.stringify(message));
}

/** A payload that nobody who may has ever said like this. */
function odd(leaf: 'up' | 'down', wrongKey: SigningKey): Buffer {
  const plain = oneOf(random, corpus[leaf]);
  if (below(random, 4) === 0) return mutateBytes(random, sealWith(pair, plain, random));
  return sealWith(pair, mutateInside(plain, wrongKey), random);
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
  const township = tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  const { jws, installed, forks, findings } = box.source;
  return JSON.stringify([township, jws, installed, forks, [...new Set(findings)], box.source.held()]);
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
      if (i % 100 === 99) await here.clock.pass(5);
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
    await here.clock.pass(60_000);
    expect(box.source.held()).toBe(box.source.head().seq); // and life goes on
  },
  600_000,
);
