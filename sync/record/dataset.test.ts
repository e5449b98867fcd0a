import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DATASET_BYTES_MAX } from '../contract/limits.ts';
import { SyncError, type SyncErrorCode } from '../errors.ts';
import { keysByKid, openDataset, roleOf, signDataset } from './dataset.ts';
import { payloadOf, signJws } from './jws.ts';
import {
  makeBoxKeys,
  makeTownshipKeys,
  readBoxKeys,
  readRecoveryKey,
  readRoleKey,
  readTownshipKeys,
} from './key-file.ts';
import { signingKeyOfSeed } from './keys.ts';
import { checkChain, EMPTY_HEAD, openRecord, recordHash, signRecord } from './record.ts';
import { openWith, sealWith, unwrap, wrapFor } from './seal.ts';

const random = (bytes: number) => randomBytes(bytes);
const [insurer, township, vendor] = [1, 2, 3].map(() => signingKeyOfSeed(random(32))) as [
  ReturnType<typeof signingKeyOfSeed>,
  ReturnType<typeof signingKeyOfSeed>,
  ReturnType<typeof signingKeyOfSeed>,
];
const trust = {
  insurer: keysByKid([insurer.jwk]),
  township: keysByKid([township.jwk]),
  vendor: keysByKid([vendor.jwk]),
};
const fields = {
  name: 'catalogue',
  version: 1,
  clinic: '*',
  issued: '2026-11-22T00:00:00.000Z',
  content: '{"药":1}',
};

function refusal(run: () => unknown): SyncErrorCode | 'taken' {
  try {
    run();
    return 'taken';
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
}

describe('a dataset', () => {
  test.each([
    ['bundle/datong-2024', insurer],
    ['catalogue', insurer],
    ['diagnoses', insurer],
    ['roster', township],
    ['operators', township],
    ['clinic', township],
    ['firmware/box', vendor],
  ] as const)('%s is signed by the one role that may', (name, right) => {
    for (const key of [insurer, township, vendor]) {
      const dataset = signDataset({ ...fields, name }, key);
      expect(refusal(() => openDataset(dataset, 'H1', trust))).toBe(
        key === right ? 'taken' : 'DATASET_REFUSED',
      );
    }
  });

  test.each([
    '',
    'x',
    'bundle',
    'bundle/',
    'bundle/../x',
    'bundle/A',
    'roster/x',
    'catalogue\n',
    `bundle/${'x'.repeat(65)}`,
  ])('cannot be called %j', (name) => {
    expect(roleOf(name)).toBeUndefined();
    expect(refusal(() => signDataset({ ...fields, name }, insurer))).toBe('DATASET_REFUSED');
  });

  test('with a manifest that is off in any member is refused, though well signed', () => {
    const good = payloadOf(signDataset(fields, insurer).manifest);
    for (const change of [
      { v: 2 },
      { name: 7 },
      { version: 0 },
      { version: 1.5 },
      { version: '1' },
      { clinic: '' },
      { clinic: 'H2' },
      { issued: 'yesterday' },
      { size: 1 },
      { size: DATASET_BYTES_MAX + 1 },
      { sha256: '0'.repeat(64) },
      { sha256: null },
    ]) {
      const manifest = signJws('cyt-dataset+jws', { ...good, ...change }, insurer);
      expect(
        refusal(() => openDataset({ manifest, content: fields.content }, 'H1', trust)),
        JSON.stringify(change),
      ).toBe('DATASET_REFUSED');
    }
  });
});

describe('keys as text', () => {
  test('come back as they were, and a public half tells no seed', () => {
    const made = makeTownshipKeys(random);
    const keys = readTownshipKeys(made.township);
    expect(keys.signing.kid).toBe(readTownshipKeys(made.township).signing.kid);
    expect(Buffer.from(keys.recovery)).toEqual(Buffer.from(readRecoveryKey(made.recovery).publicKey));
    expect(made.township).not.toContain(JSON.parse(made.recovery).sealing);
    const dataKey = random(32);
    expect(unwrap(readRecoveryKey(made.recovery), wrapFor(keys.recovery, dataKey, random))).toEqual(dataKey);
    expect(readRoleKey(made.insurer, 'insurer').sign(Buffer.from('x'))).toHaveLength(64);
  });

  test('are refused by who is not meant, and errors show nothing of them', () => {
    const box = makeBoxKeys(random);
    const cut = box.replace(/"data": "./, '"data": "');
    for (const [read, file] of [
      [readTownshipKeys, box],
      [readBoxKeys, '{}'],
      [readBoxKeys, 'null'],
      [readBoxKeys, 'not json'],
      [readBoxKeys, cut],
    ] as const)
      try {
        read(file);
        expect.unreachable();
      } catch (error) {
        expect((error as SyncError).code).toMatch(/KEY_FILE_BROKEN|SIGNATURE_ENCODING/);
        const { signing, sealing, data } = JSON.parse(box) as Record<string, string>;
        for (const secret of [signing, sealing, data])
          expect(String(error)).not.toContain(secret?.slice(0, 20) ?? '?');
      }
  });
});

describe('a record', () => {
  const key = signingKeyOfSeed(random(32));
  const keyOf = () => key;
  const about = {
    ledger: 'a'.repeat(32),
    clinic: 'H1',
    at: '2026-11-22T03:04:05.678Z',
    kind: 'stock',
    operator: 'x',
    body: {},
  };

  test('follows the one before it, by its bytes and not only its meaning', () => {
    const first = signRecord(EMPTY_HEAD, about, key);
    const head = { seq: 1, hash: first.hash };
    const second = signRecord(head, about, key);
    checkChain(EMPTY_HEAD, openRecord(first.jws, keyOf));
    checkChain(head, openRecord(second.jws, keyOf));
    expect(refusal(() => checkChain(EMPTY_HEAD, second))).toBe('RECORD_GAP');
    expect(refusal(() => checkChain({ ...head, hash: recordHash(`${first.jws} `) }, second))).toBe(
      'RECORD_FORK',
    );
  });

  test('that would be too long to be read back is not signed', () => {
    expect(refusal(() => signRecord(EMPTY_HEAD, { ...about, body: { x: 'x'.repeat(200_000) } }, key))).toBe(
      'RECORD_TOO_LARGE',
    );
  });

  test.each([
    { v: 0 },
    { v: '1' },
    { ledger: 'A'.repeat(32) },
    { clinic: 7 },
    { seq: 0 },
    { seq: 2 ** 53 },
    { prev: 'x' },
    { at: '2026-11-22' },
    { kind: null },
    { operator: null },
    { body: null },
    { body: 'x' },
  ])('with %o is refused', (change) => {
    const { record } = signRecord(EMPTY_HEAD, about, key);
    const jws = signJws('cyt-record+jws', { ...record, ...change }, key);
    expect(refusal(() => openRecord(jws, keyOf))).toBe('RECORD_SHAPE');
  });
});

test('what is sealed opens under its key only, and not with a bit changed', () => {
  const [key, other] = [random(32), random(32)];
  const sealed = sealWith(key, Buffer.from('x'), random);
  expect(openWith(key, sealed).toString()).toBe('x');
  expect(refusal(() => openWith(other, sealed))).toBe('SEAL_BROKEN');
  for (let at = 0; at < sealed.length; at += 1) {
    const bad = Buffer.from(sealed);
    bad[at] = (bad[at] as number) ^ 1;
    expect(refusal(() => openWith(key, bad))).toBe('SEAL_BROKEN');
    expect(refusal(() => openWith(key, sealed.subarray(0, at)))).toBe('SEAL_BROKEN');
  }
});
