import { deflateSync, inflateSync } from 'node:zlib';
import nacl from 'tweetnacl';
import { expect, test } from 'vitest';
import { SyncError } from '../errors.ts';
import { compactOf } from '../record/jws.ts';
import { sealingKeyOfSeed, sealWith, sharedKey } from '../record/seal.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { openDown, openUp, sealMessage } from './frame.ts';
import { UP_BYTES_MAX } from './limits.ts';
import type { UpMessage } from './messages.ts';

const random = seededRandom(7);
const [box, township] = [sealingKeyOfSeed(random(32)), sealingKeyOfSeed(random(32))];
const key = sharedKey(box, township.publicKey);
const message: UpMessage = { v: 1, t: 'records', after: 7 };
const textOf = (...parts: string[]) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
const records = Array.from({ length: 100 }, (_, n) =>
  textOf('{"typ":"x"}', `{"药":"盐酸二甲双胍片 ${n}"}`, `signature ${n}`),
);

function refusal(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
  return 'none';
}

test('what is sealed opens on the other side, and is smaller than its records', () => {
  const payload = sealMessage(key, message, random, records);
  const { records: parts, ...said } = openUp(key, payload);
  expect(said).toEqual(message);
  expect(parts.map(compactOf)).toEqual(records);
  expect(payload.length).toBeLessThan(records.join('').length / 4);
});

test('whoever has docs/wire.md, a NaCl and a zlib opens it: nonce ‖ box(zlib(lines))', () => {
  const payload = sealMessage(key, message, random, records.slice(0, 2));
  const [nonce, sealed] = [payload.subarray(0, 24), payload.subarray(24)];
  const packed = nacl.box.open(sealed, nonce, box.publicKey, township.secretKey);
  const lines = inflateSync(packed ?? Buffer.alloc(0))
    .toString()
    .split('\n');
  expect(lines).toHaveLength(7);
  expect(JSON.parse(lines[0] ?? '')).toEqual(message);
  expect(lines.slice(1, 4)).toEqual(['{"typ":"x"}', '{"药":"盐酸二甲双胍片 0"}', textOf('signature 0')]);
});

test('what unpacks to more than a message may be is refused before it has unpacked', () => {
  const bomb = deflateSync(Buffer.alloc(500 * UP_BYTES_MAX));
  expect(bomb.length).toBeLessThan(UP_BYTES_MAX);
  expect(() => openUp(key, sealWith(key, bomb, random))).toThrow('ERR_BUFFER_TOO_LARGE');
});

const said = JSON.stringify(message);
const hail = JSON.stringify({ v: 1, t: 'hail' });

test.each([
  ['text that was not packed', Buffer.from(said)],
  ['nothing', deflateSync('')],
  ['a packed text without its end', deflateSync(said).subarray(0, -5)],
  ['a packed text that is not JSON', deflateSync('{')],
  ['a record without its signature', deflateSync(`${said}\n{}\n{}`)],
  ['records that are not announced', deflateSync(`${hail}\n{}\n{}\nc2ln`)],
  ['announced records that do not come', deflateSync(said)],
  ['101 records', deflateSync(said + '\n{}\n{}\nc2ln'.repeat(101))],
])('%s is refused', (_what, plain) => {
  expect(refusal(() => openUp(key, sealWith(key, plain, random)))).toBe('MESSAGE_REFUSED');
  expect(refusal(() => openDown(key, sealWith(key, plain, random)))).toBe('MESSAGE_REFUSED');
});

test('a signature that is not canonical base64url is refused', () => {
  const plain = deflateSync(`${said}\n{}\n{}\nc2lnb`);
  expect(refusal(() => openUp(key, sealWith(key, plain, random)))).toBe('SIGNATURE_ENCODING');
});
