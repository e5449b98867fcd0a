/**
 * A claim as read: every text checked, every amount a whole number, lines as columns. A claim of another
 * shape is null (CLAIM_INVALID). Source: docs/adjudication.md "Input: one claim".
 *
 * Limits: 10 000 lines; 100 each of a line's tags, diseases, identities, diagnoses (items.ts); the claim's
 * total, and what a bucket holds, at most 4 500 000 000.00 yuan (fen.ts).
 */
import { type Day, isDay, wholeYears } from '../calendar.ts';
import { BAD, type Fen, MAX_CLAIM_FEN, readMoney, readWhole, SATURATED } from '../fen.ts';
import { isObject, type Json } from '../json.ts';
import type { Bucket } from '../types.ts';
import { isText, isTexts, noItems, type ReadItems, readItems } from './items.ts';

export interface ReadClaim extends ReadItems {
  person: Person;
  facility: Facility;
  encounter: Encounter;
  age: number;
  /** Per bucket index: fen, or a count for a `times` bucket. A visit bucket starts at 0. */
  used: number[];
  /** Per bucket index; SATURATED where the claim gives no bound. */
  allotted: Fen[];
  /** The clinic's own budget, BAD when it was given none. */
  ownBudget: Fen;
}

interface Person {
  insutype: string;
  psn_type: string;
  insuplc_admdvs: string;
  gend: string;
  brdy: Day;
  psn_idet_type: string[];
  chronic: string[];
  designated_here: boolean;
  signed_here: boolean;
  balc: Fen;
}

interface Facility {
  level: string;
  mode: string;
}

interface Encounter {
  setl_date: Day;
  med_type: string;
  dise_codg: string[];
  home_visit: boolean;
  return_visit: boolean;
  use_account: boolean;
}

/** What a claim is read against. */
interface ClaimShape {
  bucketList: Bucket[];
  budget?: { bucket: Bucket };
}

export function readClaim(json: unknown, bundle: ClaimShape): ReadClaim | null {
  return read(json, bundle, readItems);
}

/** As `readClaim` before anything is prescribed: the claim's items are not read, and there are no lines. */
export function readVisit(json: unknown, bundle: ClaimShape): ReadClaim | null {
  return read(json, bundle, noItems);
}

function read(json: unknown, bundle: ClaimShape, readLines: typeof readItems): ReadClaim | null {
  try {
    return isObject(json) ? readAll(json, bundle, readLines) : null;
  } catch {
    // Only getters and proxies of a caller in this process can throw; parsed JSON cannot.
    return null;
  }
}

function readAll(json: Json, bundle: ClaimShape, readLines: typeof readItems): ReadClaim | null {
  const person = readPerson(json.person);
  const facility = readFacility(json.facility);
  const encounter = readEncounter(json.encounter);
  const items = readLines(json.items);
  if (person === null || facility === null || encounter === null || items === null) return null;
  if (encounter.setl_date < person.brdy) return null;
  const { bucketList } = bundle;
  const used = readAmounts(json.used, bucketList, 0);
  const allotted = readAmounts(json.allotted, bucketList, SATURATED);
  const budget = readAmounts((json.facility as Json).budget, bucketList, BAD);
  if (used === null || allotted === null || budget === null) return null;
  for (const { index, period } of bucketList) {
    if ((used[index] as number) > MAX_CLAIM_FEN) return null;
    if (period === 'visit') used[index] = 0;
  }
  const age = wholeYears(person.brdy, encounter.setl_date);
  const ownBudget = bundle.budget ? (budget[bundle.budget.bucket.index] as number) : BAD;
  return { person, facility, encounter, ...items, age, used, allotted, ownBudget };
}

function readPerson(json: unknown): Person | null {
  if (!isObject(json)) return null;
  const { psn_no, gend, brdy, insutype, psn_type, insuplc_admdvs } = json;
  const { psn_idet_type, chronic, designated_here, signed_here } = json;
  const balc = readMoney(json.balc);
  if (!isText(psn_no) || !isText(gend) || !isDay(brdy) || !isText(insutype)) return null;
  if (!isText(psn_type) || !isText(insuplc_admdvs) || !isTexts(psn_idet_type) || !isTexts(chronic))
    return null;
  if (!isFlag(designated_here) || !isFlag(signed_here) || balc === BAD) return null;
  return {
    insutype,
    psn_type,
    insuplc_admdvs,
    gend,
    brdy,
    psn_idet_type,
    chronic,
    designated_here,
    signed_here,
    balc,
  };
}

function readFacility(json: unknown): Facility | null {
  if (!isObject(json)) return null;
  const { fixmedins_code, level, mode } = json;
  if (!isText(fixmedins_code) || !isText(level) || !isText(mode)) return null;
  return { level, mode };
}

function readEncounter(json: unknown): Encounter | null {
  if (!isObject(json)) return null;
  const { setl_date, med_type, dise_codg, home_visit, return_visit, use_account } = json;
  if (!isDay(setl_date) || !isText(med_type) || !isTexts(dise_codg)) return null;
  if (!isFlag(home_visit) || !isFlag(return_visit) || !isFlag(use_account)) return null;
  return { setl_date, med_type, dise_codg, home_visit, return_visit, use_account };
}

/** One number per declared bucket; a name that the bundle does not declare is ignored. */
function readAmounts(json: unknown, buckets: Bucket[], absent: number): number[] | null {
  if (json === undefined) return buckets.map(() => absent);
  if (!isObject(json)) return null;
  const amounts: number[] = [];
  for (const { name, use } of buckets) {
    const given = Object.hasOwn(json, name) ? json[name] : undefined;
    const amount = given === undefined ? absent : use === 'times' ? readWhole(given) : readMoney(given);
    if (amount === BAD && given !== undefined) return null;
    amounts.push(amount);
  }
  return amounts;
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}
