import type { TSchema } from 'typebox';
import { type DatasetFault, fault } from './faults.ts';
import { nearest } from './lexicon.ts';

/**
 * Members that a dataset's schema does not have. A box ignores them, so that a misspelt optional member would
 * be as if it were absent: they are refused here, and nowhere else.
 */

/** What offices export beside it and nothing here uses, by the national platform's names where it has one. */
const CARRIED: Record<string, readonly string[]> = {
  roster: 'naty age emp_name addr tel psn_insu_date cvlserv_flag memo'.split(' '),
  catalogue: (
    'form dosform drug_genname drug_spec hilist_code med_chrgitm_type bas_medn_flag hi_nego_drug_flag ' +
    'chld_medc_flag list_sp_item_flag drt_reim_flag pac_cnt min_unt aprvno prodentp_name begndate enddate ' +
    'ver rid vali_flag'
  ).split(' '),
  diagnoses: 'memo ver rid vali_flag'.split(' '),
  operators: 'tel dept_code dept_name caty'.split(' '),
  clinic: 'township addr tel'.split(' '),
};

/** The parts of JSON Schema that the contract's shapes are made of. */
interface Shape {
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
}

/** Every member that neither the schema nor the list above has. */
export function memberFaults(name: string, schema: TSchema, value: unknown): DatasetFault[] {
  const titled = typeof value === 'object' && value !== null && 'name' in value && value.name === name;
  const carried = new Set(CARRIED[name]);
  return unknownMembers(schema as Shape, '', value).flatMap(({ path, key, known }) =>
    carried.has(key) || (titled && path === '/name')
      ? []
      : [fault(path, 'MEMBER_UNKNOWN', suggestion(key, known))],
  );
}

/** `known`: what the schema has in its place. */
interface Unknown {
  path: string;
  key: string;
  known: string[];
}

function unknownMembers(shape: Shape, path: string, one: unknown): Unknown[] {
  if (typeof one !== 'object' || one === null) return [];
  const { properties, items } = shape.anyOf?.find((part) => part.properties ?? part.items) ?? shape;
  if (Array.isArray(one)) {
    return items ? one.flatMap((entry, i) => unknownMembers(items, `${path}/${i}`, entry)) : [];
  }
  if (!properties) return [];
  return Object.entries(one).flatMap(([key, entry]) => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const member = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return member ? unknownMembers(member, at, entry) : [{ path: at, key, known: Object.keys(properties) }];
  });
}

function suggestion(key: string, known: string[]): string {
  const meant = nearest(key, known);
  return meant === undefined ? '' : `，是不是“${meant}”`;
}
