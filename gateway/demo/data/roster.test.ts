import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isIdentityNumber } from '../../../drivers/gb11643.ts';
import { makeRoster, type Person } from './make-roster.ts';

const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;
const persons = read<{ persons: Person[] }>('roster.json').persons;
const families = read<{ families: string[][] }>('families.json').families;

/** Who does not hold, by number, so that a failure says which row is wrong. */
const wrong = (list: Person[], name: (one: Person) => string, holds: (one: Person) => boolean): string[] =>
  list.filter((one) => !holds(one)).map(name);
const distinct = (list: string[]): number => new Set(list).size;
const byNumber = (person: Person) => `${person.psn_no} ${person.psn_name}`;

test('300 villagers whose numbers are right and their own', () => {
  expect(persons).toHaveLength(300);
  expect(distinct(persons.map((person) => person.psn_no))).toBe(300);
  expect(distinct(persons.map((person) => person.certno))).toBe(300);
  expect(distinct(persons.map((person) => person.psn_name))).toBe(300);
  const right = (person: Person) =>
    isIdentityNumber(person.certno) &&
    person.certno.slice(0, 6) === person.insuplc_admdvs &&
    person.psn_no.slice(0, 6) === person.insuplc_admdvs &&
    person.certno.slice(6, 14) === person.brdy.replaceAll('-', '') &&
    Number(person.certno.charAt(16)) % 2 === (person.gend === '1' ? 1 : 0) &&
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(person.brdy);
  expect(wrong(persons, byNumber, right)).toEqual([]);
});

test('psn_type is right on the first and on the last day the demo may be shown', () => {
  const typeOn = (brdy: string, day: string) => {
    const birthdayPassed = day.slice(5) >= brdy.slice(5);
    const age = Number(day.slice(0, 4)) - Number(brdy.slice(0, 4)) - (birthdayPassed ? 0 : 1);
    if (age < 18) return '14';
    return age < 60 ? '15' : '16';
  };
  const typed = (person: Person) =>
    ['2024-01-01', '2027-12-31'].every((day) => typeOn(person.brdy, day) === person.psn_type);
  expect(wrong(persons, byNumber, typed)).toEqual([]);
});

test('the first villager is 刘建国, as the seed has him', () => {
  expect(persons[0]).toMatchObject({
    psn_no: '14022500000000000001',
    psn_name: '刘建国',
    gend: '1',
    brdy: '1974-05-06',
    insutype: '390',
    psn_type: '15',
    insuplc_admdvs: '140225',
    psn_insu_stas: '1',
    psn_idet_type: [],
    designated: 'H14022500001',
    signed: null,
    balc: '0.00',
  });
  expect(persons[0]?.chronic.map((one) => one.code)).toEqual(['hypertension']);
});

test('the exceptions a doctor meets are there, and few', () => {
  const count = (holds: (person: Person) => boolean) => persons.filter(holds).length;
  expect(count((person) => person.insuplc_admdvs === '441521')).toBe(40);
  expect(count((person) => person.psn_insu_stas === '2')).toBe(5);
  expect(count((person) => person.psn_insu_stas === '0')).toBe(8);
  expect(count((person) => person.surv_stas === '2')).toBe(1);
  expect(wrong(persons, byNumber, (one) => (one.insutype === '') === (one.psn_insu_stas === '0'))).toEqual(
    [],
  );
  expect(wrong(persons, byNumber, (one) => one.signed === null || one.signed === one.designated)).toEqual([]);
  const elsewhere = count((person) => person.designated === 'H14022500002');
  expect(elsewhere).toBeGreaterThanOrEqual(15);
  expect(elsewhere).toBeLessThanOrEqual(25);
  for (const area of ['140225', '441521']) {
    for (const code of ['1', '2', '3'])
      expect(
        count((one) => one.insuplc_admdvs === area && one.psn_idet_type.some((idet) => idet.code === code)),
      ).toBeGreaterThan(0);
    for (const code of ['hypertension', 'diabetes'])
      expect(
        count((one) => one.insuplc_admdvs === area && one.chronic.some((one) => one.code === code)),
      ).toBeGreaterThan(0);
  }
});

test('everybody lives in one family, and a family is insured in one place', () => {
  expect(families.length).toBeGreaterThanOrEqual(80);
  expect(families.length).toBeLessThanOrEqual(100);
  expect(families.flat().sort()).toEqual(persons.map((person) => person.psn_no).sort());
  for (const family of families) expect(distinct(family.map((psn_no) => psn_no.slice(0, 6)))).toBe(1);
});

test('making the roster again gives the committed files', () => {
  expect(makeRoster()).toEqual({ persons, families });
});
