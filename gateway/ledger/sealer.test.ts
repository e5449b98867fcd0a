import { expect, test } from 'vitest';
import { createSealer } from './sealer.ts';
import { KEYS, randomOf } from './testing/fixtures.ts';

const sealerOf = (dataKey: Uint8Array) => createSealer(dataKey, randomOf('sealer'));

function indexHashes(): string[] {
  const { person, clinic, request, objection, traceCode } = sealerOf(KEYS.dataKey);
  return [person, clinic, request, objection, traceCode].map((hash) => hash('same').toString('hex'));
}

test('the same text has another index hash for each purpose', () => {
  const hashes = indexHashes();
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('an index hash stays what stores already hold', () => {
  const hashes = indexHashes();
  expect(hashes).toEqual([
    '97603f9f2655fe173a0a28fe4731c7f6',
    '2a158429243916b82873a22d048db400',
    '177c3fabe9c7222b5e73648ebeadd246',
    '77c35a38cd1a855988e8913e81ffb497',
    '55b386c3022d93002a1f15c2d7d74472',
  ]);
});

test('an index hash is nothing without the data key, and is that of the text asked for last', () => {
  const { person } = sealerOf(KEYS.dataKey);
  expect(sealerOf(new Uint8Array(32)).person('a')).not.toEqual(person('a'));
  expect([person('b').equals(person('a')), person('a').equals(person('a'))]).toEqual([false, true]);
});

test('the same text is sealed to other bytes each time, and opens under the same key only', () => {
  const sealer = sealerOf(KEYS.dataKey);
  const [one, two] = [sealer.seal('{"v":1}'), sealer.seal('{"v":1}')];
  expect(one.equals(two)).toBe(false);
  expect([sealer.open(one), sealer.open(two)]).toEqual(['{"v":1}', '{"v":1}']);
  expect(() => sealerOf(new Uint8Array(32)).open(one)).toThrow('SEAL_BROKEN');
});
