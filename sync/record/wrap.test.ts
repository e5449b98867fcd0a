import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SyncError } from '../errors.ts';
import { sealingKeyOfSeed, unwrap, wrapFor } from './seal.ts';

const owner = sealingKeyOfSeed(randomBytes(32));
const dataKey = randomBytes(32);

test('what is wrapped for a key, that key opens', () => {
  const wrapped = wrapFor(owner.publicKey, dataKey, randomBytes);
  expect(unwrap(owner, wrapped)).toEqual(dataKey);
  expect(wrapFor(owner.publicKey, dataKey, randomBytes)).not.toEqual(wrapped);
});

test('another key, a changed bit and a cut end open nothing', () => {
  const wrapped = wrapFor(owner.publicKey, dataKey, randomBytes);
  const changed = Buffer.from(wrapped);
  changed[60] = (changed[60] ?? 0) ^ 1;
  const wrong = [changed, wrapped.subarray(0, -8), wrapped.subarray(0, 20), Buffer.alloc(0)];
  for (const bytes of wrong) expect(() => unwrap(owner, bytes)).toThrow(SyncError);
  expect(() => unwrap(sealingKeyOfSeed(randomBytes(32)), wrapped)).toThrow(SyncError);
});
