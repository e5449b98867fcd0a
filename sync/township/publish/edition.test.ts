import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundleDoubts, shrinkDoubts } from './edition.ts';

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

describe('a table that shrinks', () => {
  const people = (from: number, to: number) => ({
    persons: Array.from({ length: to - from }, (_, i) => ({ psn_no: `P${from + i}` })),
  });
  const doubts = (value: object, held: object[], skipped = 0) =>
    shrinkDoubts('roster', value, held, skipped).map(
      ({ option, en }) => `${option} ${en.split(' would')[0]}`,
    );

  test.each([
    ['the first', people(0, 3), [], 0, []],
    ['a fifth less', people(0, 80), [people(0, 100)], 0, []],
    ['more than a fifth less', people(0, 79), [people(0, 100)], 0, ['--shrink 21 of 100 rows in force']],
    ['other people', people(100, 200), [people(0, 100)], 0, ['--shrink 100 of 100 rows in force']],
    ['grown', people(0, 200), [people(0, 100)], 0, []],
    ['a fifth left out', people(0, 80), [], 20, []],
    ['most left out', people(0, 1), [], 299, ['--shrink 299 of 300 rows of the file']],
  ])('%s', (_what, value, held, skipped, expected) => {
    expect(doubts(value, held, skipped)).toEqual(expected);
  });

  test('is one of persons, items or diagnoses; a doctor may go', () => {
    const gone = { operators: [{ opter: 'a' }] };
    expect(shrinkDoubts('operators', gone, [{ operators: [{ opter: 'b' }] }], 0)).toEqual([]);
    const codes = (...of: string[]) => ({ diagnoses: of.map((diag_code) => ({ diag_code })) });
    expect(shrinkDoubts('diagnoses', codes('I10'), [codes('I10', 'E11')], 0)).toHaveLength(1);
  });
});
