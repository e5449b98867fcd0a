import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundleDoubts } from './edition.ts';

const BUNDLE = JSON.parse(
  readFileSync(new URL('../../../policy/bundles/datong-hunyuan.json', import.meta.url), 'utf8'),
);
const TODAY = '2026-11-28';
const year = { begndate: '2026-01-01', enddate: '2026-12-31' };
const present = { ...BUNDLE, ...year, version: 3 };
const options = (changes: object, held: object[] = [present]) =>
  bundleDoubts({ ...present, ...changes }, held, TODAY).map(({ option = 'never' }) => option);

describe('an edition of a bundle in force', () => {
  test.each([
    ['the same once more', {}, []],
    ['a higher version', { version: 4, grace_days: 30 }, []],
    ['the same version with other content', { grace_days: 30 }, ['--replace']],
    ['a lower version', { version: 2 }, ['--replace']],
    ['one that ended before today', { version: 4, enddate: '2026-11-27' }, ['--replace']],
    ['one that ends today', { version: 4, enddate: TODAY }, []],
    ['one that is only in grace today', { version: 4, enddate: '2026-11-20', grace_days: 30 }, ['--replace']],
    ['next year’s', { version: 4, begndate: '2027-01-01', enddate: '2027-12-31' }, ['--replace']],
    ['the file of two years ago', { ...BUNDLE }, ['--replace', '--replace']],
  ])('%s', (_what, changes, expected) => {
    expect(options({ ...changes })).toEqual(expected);
  });

  test('may have ended when the one before has ended too', () => {
    const ended = { ...present, enddate: '2026-06-30', grace_days: 0 };
    expect(options({ version: 4, enddate: '2026-07-31', grace_days: 0 }, [ended])).toEqual([]);
    const inGrace = { ...ended, enddate: '2026-11-20', grace_days: 30 };
    expect(options({ ...inGrace, version: 4, grace_days: 20 }, [inGrace])).toEqual([]);
    expect(options({ ...inGrace, version: 4, grace_days: 2 }, [inGrace])).toEqual(['--replace']);
  });
});

describe('a bundle of another name', () => {
  test.each([
    ['on the same days', {}, ['never']],
    ['that begins on the last day', { begndate: '2026-12-31', enddate: '2027-12-31' }, ['never']],
    ['that follows', { begndate: '2027-01-01', enddate: '2027-12-31' }, []],
    ['for another insurance', { insutype: ['310'] }, []],
    ['for another place', { admdvs: ['140226'] }, []],
    ['for one more place', { admdvs: ['140226', '140225'] }, ['never']],
    ['whose days are over', { enddate: '2026-11-27' }, []],
  ])('%s', (_what, changes, expected) => {
    expect(options({ bundle: 'another', ...changes })).toEqual(expected);
  });
});
