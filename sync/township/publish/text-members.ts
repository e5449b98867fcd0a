import { certnoForm } from '../../contract/identity-number.ts';
import { eachText } from '../../contract/json-texts.ts';
import { codeText, hasControl, isDamaged, plainText, unseenAt } from '../../contract/text-form.ts';
import { type DatasetFault, type FaultCode, fault } from './faults.ts';

/** The texts of a dataset in the form in which they are kept. Pure. */

/** What people read; everything else that is a text is a code, a number or a day. */
const WORDS = new Set([
  'psn_name',
  'hilist_name',
  'diag_name',
  'opter_name',
  'fixmedins_name',
  'spec',
  'unit',
  'memo',
  'title',
  'emp_name',
  'addr',
]);

function formOf(member: string, text: string): string {
  if (member === 'certno' || member === 'former_certno') return certnoForm(text);
  return WORDS.has(member) ? plainText(text) : codeText(text);
}

/** The same dataset with every text in its form, and how many texts that changed. */
export function inForm(value: unknown): { value: unknown; mended: number } {
  let mended = 0;
  function walk(member: string, one: unknown): unknown {
    if (typeof one === 'string') {
      const form = formOf(member, one);
      if (form !== one) mended += 1;
      return form;
    }
    if (Array.isArray(one)) return one.map((entry) => walk(member, entry));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, entry]) => [key, walk(key, entry)]));
  }
  return { value: walk('', value), mended };
}

/** What no form can mend: characters that were lost on the way, and controls. Keys must be plain. */
export const textFaults = (value: unknown): DatasetFault[] =>
  faultsOfTexts(value, (text) => (hasControl(text) ? 'TEXT_CONTROL' : null));

/** A bundle is signed as it was written, so that nothing in it may be mended. */
export const bundleTextFaults = (value: unknown): DatasetFault[] =>
  faultsOfTexts(value, (text) => {
    if (unseenAt(text) !== -1) return 'TEXT_CONTROL';
    if (text.trim() !== text.replace(/\n$/, '')) return 'TEXT_BLANKS';
    const half = text.normalize('NFKC');
    return half !== text && /^[!-~]+$/.test(half) ? 'TEXT_WIDE' : null;
  });

function faultsOfTexts(value: unknown, wrong: (text: string) => FaultCode | null): DatasetFault[] {
  const faults: DatasetFault[] = [];
  eachText(
    value,
    (path, text) => {
      const code = isDamaged(text) ? 'TEXT_DAMAGED' : wrong(text);
      if (code) faults.push(fault(path, code));
    },
    (path, key) => {
      if (plainText(key) !== key) faults.push(fault(path, 'TEXT_CONTROL'));
    },
  );
  return faults;
}
