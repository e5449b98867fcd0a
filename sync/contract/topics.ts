import { CLINIC_PATTERN, type ClinicCode, HEX_32_PATTERN, type LedgerId } from './ids.ts';

/** Topic names. docs/wire.md §1 */

const CLINIC = new RegExp(CLINIC_PATTERN);
const LEDGER = new RegExp(HEX_32_PATTERN);
const ENROL = LEDGER;

type LedgerLeaf = 'up' | 'down' | 'state';

export const ledgerTopic = (clinic: ClinicCode, ledger: LedgerId, leaf: LedgerLeaf) =>
  `cyt/1/${clinic}/${ledger}/${leaf}`;
/**
 * A box's user name, client id and certificate name: a broker's rules can derive its topics from it. At most
 * 63 characters.
 */
export const boxName = (clinic: ClinicCode, ledger: LedgerId) => `${clinic}/${ledger}`;

/** The parts of a box's name; undefined for any other text. */
export function parseBoxName(name: string): { clinic: ClinicCode; ledger: LedgerId } | undefined {
  const [clinic = '', ledger = '', ...rest] = name.split('/');
  return CLINIC.test(clinic) && LEDGER.test(ledger) && rest.length === 0 ? { clinic, ledger } : undefined;
}

export const enrolTopic = (name: string, leaf: 'ask' | 'answer') => `cyt/1/enrol/${name}/${leaf}`;

/** The township's subscriptions. */
export const TOWNSHIP_FILTERS = ['cyt/1/+/+/up', 'cyt/1/+/+/state', 'cyt/1/enrol/+/ask'];

export type Topic =
  | { kind: 'ledger'; clinic: ClinicCode; ledger: LedgerId; leaf: LedgerLeaf }
  | { kind: 'enrol'; name: string; leaf: 'ask' | 'answer' };

/** Parses a topic name; undefined for any other topic and for filters with wildcards. */
export function parseTopic(topic: string): Topic | undefined {
  const [root, version, third, fourth, leaf, ...rest] = topic.split('/');
  if (root !== 'cyt' || version !== '1' || !third || !fourth || rest.length > 0) return undefined;
  if (third === 'enrol')
    return ENROL.test(fourth) && (leaf === 'ask' || leaf === 'answer')
      ? { kind: 'enrol', name: fourth, leaf }
      : undefined;
  return CLINIC.test(third) && LEDGER.test(fourth) && (leaf === 'up' || leaf === 'down' || leaf === 'state')
    ? { kind: 'ledger', clinic: third, ledger: fourth, leaf }
    : undefined;
}
