import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultOfDataset } from './reference.ts';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const BUNDLE = file('../../../policy/bundles/shanwei.json');
const { bundle: NAME }: { bundle: string } = JSON.parse(BUNDLE);
const changed = (changes: object) => JSON.stringify({ ...JSON.parse(BUNDLE), ...changes });

test('a bundle comes into force under its own name only', () => {
  expect(faultOfDataset(`bundle/${NAME}`, BUNDLE)).toBeNull();
  expect(faultOfDataset('bundle/another', BUNDLE)).toBe('the bundle has another name');
  expect(faultOfDataset(`bundle/${NAME}`, changed({ bundle: 'another' }))).toBe(
    'the bundle has another name',
  );
});

test('a bundle that does not compile stays out', () => {
  expect(faultOfDataset(`bundle/${NAME}`, changed({ pool: 'none' }))).toBe('POLICY_INVALID at pool');
});

test('a dataset that is off its shape, or no JSON, stays out, and one without a shape comes in', () => {
  expect(faultOfDataset('roster', '{"persons":[]}')).toBeNull();
  expect(faultOfDataset('roster', '{"persons":[{}]}')).toMatch(/^\/persons\/0 must have required/);
  expect(faultOfDataset('roster', '{')).toBe('not JSON');
  expect(faultOfDataset('firmware/box', '{}')).toBeNull();
});
