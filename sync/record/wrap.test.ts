import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SyncError } from '../errors.ts';
import { sealingKeyOfSeed, unwrap, wrapFor } from './seal.ts';

const owner = sealingKeyOfSeed(randomBytes(32));
const dataKey = randomBytes(32);

test('what is wrapped for a key, that key opens', () => {
  const wrapped = wrapFor(owner.publicKey, dataKey, randomBytes);
  expect(unwrap(owner, wrapped)).toEqual(dataKey);
  expect(wrapFor(owner.publicKey, dataKey, randomBytes)).not.toBe(wrapped);
});

test('another key, a changed bit and a cut end open nothing', () => {
  const wrapped = wrapFor(owner.publicKey, dataKey, randomBytes);
  const bytes = Buffer.from(wrapped, 'base64url');
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  const wrong = [bytes.toString('base64url'), wrapped.slice(0, -8), wrapped.slice(0, 20), ''];
  for (const text of wrong) expect(() => unwrap(owner, text)).toThrow(SyncError);
  expect(() => unwrap(sealingKeyOfSeed(randomBytes(32)), wrapped)).toThrow(SyncError);
});
