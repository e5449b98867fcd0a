/**
 * Makes roster.json and families.json: 300 people of 张庄 who do not exist.
 *   node gateway/demo/data/make-roster.ts && biome format --write gateway/demo/data
 * The same files every time; a test makes them again and compares.
 */
import { writeFileSync } from 'node:fs';
import { checkCharacter } from '../../../drivers/gb11643.ts';
import { type Pick, sequence, Village, type Villager } from './village.ts';

const PEOPLE = 300;
const SHANWEI_PEOPLE = 40;
const HERE = 'H14022500001';
const NEXT_VILLAGE = 'H14022500002';

export type Person = {
  psn_no: string;
  psn_name: string;
  psn_cert_type: '01';
  certno: string;
  gend: '1' | '2';
  brdy: string;
  naty: '01';
  insutype: '390' | '';
  psn_type: '14' | '15' | '16';
  insuplc_admdvs: '140225' | '441521';
  psn_insu_stas: '0' | '1' | '2';
  paus_insu_date: string | null;
  surv_stas: '1' | '2';
  psn_idet_type: { code: '1' | '2' | '3'; begntime: string; endtime: string | null }[];
  chronic: { code: 'hypertension' | 'diabetes'; begndate: string; enddate: string | null }[];
  designated: string;
  signed: string | null;
  balc: string;
  used: never[];
};
type Need = 'alone' | 'orphan' | null;
type House = { southern: boolean; need: Need; people: Villager[] };

/** The first family is told, not drawn: the demo's main visit is that of 刘建国. */
const FIRST: Villager[] = [
  { psn_name: '刘建国', gend: '1', year: 1974 },
  { psn_name: '郭丽琴', gend: '2', year: 1976 },
  { psn_name: '任桂英', gend: '2', year: 1950 },
  { psn_name: '刘佳怡', gend: '2', year: 2001 },
  { psn_name: '刘子涵', gend: '1', year: 2012 },
];
/** 㛃 is four bytes in GB18030: a name that a printer or a careless codec may lose. */
const RARE: Villager[] = [{ psn_name: '白㛃', gend: '2', year: 1985 }];

function houses(pick: Pick): House[] {
  const village = new Village(pick);
  const all: House[] = [FIRST, RARE].map((people) => ({ southern: false, need: null, people }));
  for (const { people } of all) for (const person of people) village.introduce(person);
  for (const southern of [false, true]) {
    for (const need of ['alone', 'orphan'] as const)
      all.push({ southern, need, people: village.needy(southern, need) });
  }
  const count = (southern: boolean) =>
    all.filter((house) => house.southern === southern).reduce((sum, house) => sum + house.people.length, 0);
  const fill = (southern: boolean, wanted: number) => {
    while (count(southern) < wanted) {
      const people = village.household(southern).slice(0, wanted - count(southern));
      all.push({ southern, need: null, people });
    }
  };
  fill(true, SHANWEI_PEOPLE);
  fill(false, PEOPLE - SHANWEI_PEOPLE);
  return all;
}

/**
 * Order numbers from 901: no county registers nine hundred births a day, so these numbers were given to
 * nobody.
 */
function certno(pick: Pick, taken: Set<string>, area: string, brdy: string, gend: '1' | '2'): string {
  for (;;) {
    const order = 901 + 2 * pick(40) + (gend === '1' ? 0 : 1);
    const first17 = `${area}${brdy.replaceAll('-', '')}${order}`;
    if (taken.has(first17)) continue;
    taken.add(first17);
    return first17 + checkCharacter(first17);
  }
}

const two = (n: number): string => String(n).padStart(2, '0');

function birthday(pick: Pick, villager: Villager): string {
  if (villager.psn_name === '刘建国') return '1974-05-06';
  return `${villager.year}-${two(1 + pick(12))}-${two(1 + pick(28))}`;
}

/** The older, the likelier; registered at the start of some month of the years before the demo. */
function chronic(pick: Pick, villager: Villager): Person['chronic'] {
  if (villager.psn_name === '刘建国')
    return [{ code: 'hypertension', begndate: '2022-03-01', enddate: null }];
  const old = villager.year <= 1963;
  const found: Person['chronic'] = [];
  const register = (code: 'hypertension' | 'diabetes', percent: number) => {
    const begndate = `${2018 + pick(6)}-${two(1 + pick(12))}-01`;
    if (pick(100) < percent) found.push({ code, begndate, enddate: null });
  };
  if (villager.year > 1985) return [];
  register('hypertension', old ? 45 : 16);
  register('diabetes', old ? 20 : 8);
  return found;
}

function psnType(year: number): Person['psn_type'] {
  if (year >= 2010) return '14';
  return year <= 1963 ? '16' : '15';
}

export function makeRoster(): { persons: Person[]; families: string[][] } {
  const pick = sequence(140225);
  const taken = new Set<string>();
  const persons: Person[] = [];
  const families: string[][] = [];
  for (const house of houses(pick)) {
    const designated = families.length >= 20 && families.length % 12 === 0 ? NEXT_VILLAGE : HERE;
    const signed = pick(100) < 60 && house.people !== FIRST ? designated : null;
    const family = house.people.map((villager, place): Person => {
      const brdy = birthday(pick, villager);
      const area = house.southern ? '441521' : '140225';
      const number = 1 + persons.filter((person) => person.insuplc_admdvs === area).length + place;
      return {
        psn_no: `${area}${String(number).padStart(14, '0')}`,
        psn_name: villager.psn_name,
        psn_cert_type: '01',
        certno: certno(pick, taken, area, brdy, villager.gend),
        gend: villager.gend,
        brdy,
        naty: '01',
        insutype: '390',
        psn_type: psnType(villager.year),
        insuplc_admdvs: area,
        psn_insu_stas: '1',
        paus_insu_date: null,
        surv_stas: '1',
        psn_idet_type: identities(house, place),
        chronic: chronic(pick, villager),
        designated,
        signed,
        balc: '0.00',
        used: [],
      };
    });
    persons.push(...family);
    families.push(family.map((person) => person.psn_no));
  }
  exceptions(persons);
  return { persons, families };
}

/** 特困供养 for the old person alone; 孤儿 for the child, who stands last after the grandparents. */
function identities(house: House, place: number): Person['psn_idet_type'] {
  const since = { begntime: '2021-01-01', endtime: null };
  if (house.need === 'alone') return [{ code: '2', ...since }];
  if (house.need === 'orphan' && place === house.people.length - 1) return [{ code: '3', ...since }];
  return [];
}

/** The cases a doctor meets now and then, on people found by counting so that nobody has two of them. */
function exceptions(persons: Person[]): void {
  const plain = persons.filter((person, i) => i > 5 && person.psn_idet_type.length === 0);
  const adults = plain.filter((person) => person.psn_type === '15');
  const old = plain.filter((person) => person.psn_type === '16');
  const every = (list: Person[], from: number, step: number, times: number) =>
    list.filter((_, i) => i >= from && (i - from) % step === 0).slice(0, times);

  for (const person of every(adults, 3, 11, 8)) Object.assign(person, { psn_insu_stas: '0', insutype: '' });
  for (const person of every(adults, 5, 17, 5))
    Object.assign(person, { psn_insu_stas: '2', paus_insu_date: '2026-01-01' });
  // 低保 that counts today, and one that ended: an identity counts only inside its dates.
  for (const person of every(old, 4, 9, 5))
    person.psn_idet_type = [{ code: '1', begntime: '2022-01-01', endtime: null }];
  for (const person of every(old, 6, 100, 1))
    person.psn_idet_type = [{ code: '1', begntime: '2019-01-01', endtime: '2022-12-31' }];
  for (const person of every(old, 8, 100, 1))
    person.chronic = [{ code: 'hypertension', begndate: '2019-01-01', enddate: '2022-12-31' }];
  // Died, and the roster knows it while the insurance still says normal.
  for (const person of every(old, 10, 100, 1)) person.surv_stas = '2';
}

if (import.meta.main) {
  const { persons, families } = makeRoster();
  const write = (file: string, data: unknown) =>
    writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(data, null, 2)}\n`);
  write('roster.json', { name: 'roster', persons });
  write('families.json', { families });
}
