import type { CatalogueItem } from '../../contract/datasets/catalogue.ts';
import type { Clinic } from '../../contract/datasets/clinic.ts';
import type { Person } from '../../contract/datasets/roster.ts';
import { certnoForm, faultOfCertno } from '../../contract/identity-number.ts';
import { type DatasetFault, fault } from './faults.ts';
import { type Lexicon, NO_BUNDLES, wordFaults } from './lexicon.ts';

/**
 * Codes of a dataset that its shape leaves open: a box reads what a later release may know, but nobody should
 * sign a code today that no table has. The national platform's tables where it has one.
 */

const INSUTYPES = '310 320 330 340 350 360 370 380 390 391 392 399 410 510'.split(' ');
const INSURED_STATES = ['0', '1', '2', '3', '4'];
const ALIVE_STATES = ['1', '2', '3', '4'];
const SEXES = ['0', '1', '2', '9'];
const LIST_TYPES = '101 102 103 104 105 106 201 301'.split(' ');
const LEVELS = ['village', 'township'];
const MODES = ['integrated', 'temporary', 'independent'];

const ADMDVS = /^[1-9]\d{5}$/;
const CLINIC_CODE = /^H\d{11}$/;

/** Whether it is the `fixmedins_code` of a clinic as the national platform writes it: H and 11 digits. */
export const isClinicCode = (code: string): boolean => CLINIC_CODE.test(code);

/** A code that is not in its table. Absent and '' are not known, which a table does not forbid. */
function among(path: string, code: string | null | undefined, table: readonly string[]): DatasetFault[] {
  return !code || table.includes(code) ? [] : [fault(path, 'NOT_ALLOWED', table.join('、'))];
}

const admdvsFaults = (path: string, code: string) => (ADMDVS.test(code) ? [] : [fault(path, 'ADMDVS_FORM')]);
const clinicCodeFaults = (path: string, code: string | null) =>
  code === null || isClinicCode(code) ? [] : [fault(path, 'CLINIC_FORM')];

export function personCodeFaults(path: string, row: Person, lexicon: Lexicon): DatasetFault[] {
  const { gend, insutype, insuplc_admdvs, psn_insu_stas, surv_stas, designated, signed } = row;
  const insured = psn_insu_stas === '1';
  return [
    ...among(`${path}/gend`, gend, SEXES),
    ...sexFaults(`${path}/gend`, row),
    ...(insured && insutype === '' ? [fault(`${path}/insutype`, 'EMPTY')] : []),
    ...among(`${path}/insutype`, insutype, INSUTYPES),
    ...(insured || insuplc_admdvs !== '' ? admdvsFaults(`${path}/insuplc_admdvs`, insuplc_admdvs) : []),
    ...among(`${path}/psn_insu_stas`, psn_insu_stas, INSURED_STATES),
    ...among(`${path}/surv_stas`, surv_stas, ALIVE_STATES),
    ...clinicCodeFaults(`${path}/designated`, designated),
    ...clinicCodeFaults(`${path}/signed`, signed),
    ...row.chronic.flatMap(({ code }, i) => wordFaults(`${path}/chronic/${i}/code`, code, lexicon.chronic)),
    ...registeredTwice(path, row),
  ];
}

/** The 17th digit of a resident's number: odd for a man, even for a woman. */
function sexFaults(path: string, { psn_cert_type, certno, brdy, gend }: Person): DatasetFault[] {
  const number = certnoForm(certno);
  if (psn_cert_type !== '01' || gend === '' || faultOfCertno(psn_cert_type, number, brdy) !== null) return [];
  return Number(number[16]) % 2 === Number(gend) % 2 && '12'.includes(gend)
    ? []
    : [fault(path, 'SEX_DIFFERS')];
}

/** One disease registered twice for the same days. */
function registeredTwice(path: string, { chronic }: Person): DatasetFault[] {
  return chronic.flatMap(({ code, begndate, enddate }, i) => {
    const before = chronic
      .slice(0, i)
      .some(
        (other) =>
          other.code === code &&
          (other.enddate ?? '9999') >= begndate &&
          (enddate ?? '9999') >= other.begndate,
      );
    return before ? [fault(`${path}/chronic/${i}/code`, 'REGISTERED_TWICE')] : [];
  });
}

export function itemCodeFaults(path: string, row: CatalogueItem, lexicon: Lexicon): DatasetFault[] {
  const { list_type, gend, level, lmt_used_flag, barcode, pric, pric_uplmt_amt, tags } = row;
  const zero = (name: string, price: string | undefined) =>
    price !== undefined && /^[0.]+$/.test(price) ? [fault(`${path}/${name}`, 'PRICE_ZERO')] : [];
  return [
    ...among(`${path}/list_type`, list_type, LIST_TYPES),
    ...among(`${path}/gend`, gend, ['1', '2']),
    ...(level ?? []).flatMap((one, i) => among(`${path}/level/${i}`, one, LEVELS)),
    ...among(`${path}/lmt_used_flag`, lmt_used_flag, ['0', '1']),
    ...(barcode && !isBarcode(barcode) ? [fault(`${path}/barcode`, 'BARCODE_CHECK')] : []),
    ...zero('pric', pric),
    ...zero('pric_uplmt_amt', pric_uplmt_amt),
    ...tags.flatMap((tag, i) => wordFaults(`${path}/tags/${i}`, tag, lexicon.tags)),
  ];
}

/** GS1: what has the length of an EAN, UPC or ITF-14 has its check digit too; other lengths are a maker's. */
function isBarcode(code: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(code)) return true;
  const sum = [...code].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

export function clinicFactFaults({ fixmedins_code, level, mode, admdvs, budget }: Clinic, lexicon: Lexicon) {
  return [
    ...clinicCodeFaults('/fixmedins_code', fixmedins_code),
    ...among('/level', level, LEVELS),
    ...among('/mode', mode, MODES),
    ...admdvsFaults('/admdvs', admdvs),
    ...Object.keys(budget ?? {}).flatMap((name) => wordFaults(`/budget/${name}`, name, lexicon.buckets)),
  ];
}

/** Codes of a bundle that decide for whom it is, and those of its conditions. */
export function bundleCodeFaults(bundle: unknown): DatasetFault[] {
  const faults: DatasetFault[] = [];
  const tables: Record<string, (path: string, code: string) => DatasetFault[]> = {
    insutype: (path, code) => among(path, code, INSUTYPES),
    admdvs: admdvsFaults,
    level: (path, code) => among(path, code, LEVELS),
    mode: (path, code) => among(path, code, MODES),
    chronic: (path, code) => wordFaults(path, code, NO_BUNDLES.chronic),
    'item.tags': (path, code) => wordFaults(path, code, NO_BUNDLES.chronic),
  };
  function walk(path: string, check: (typeof tables)[string] | undefined, value: unknown): void {
    if (typeof value === 'string') faults.push(...(check?.(path, value) ?? []));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, one] of Object.entries(value))
      walk(`${path}/${key}`, Object.hasOwn(tables, key) ? tables[key] : check, one);
  }
  walk('', undefined, bundle);
  return faults;
}
