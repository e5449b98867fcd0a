/**
 * A money value or a rate: a text, or a list of {when, …} whose last entry has no `when`. Source: spec "Values and
 * conditions".
 */
import type { ReadClaim } from '../claim/claim.ts';
import { has } from '../json.ts';
import { type Condition, compileCondition } from './condition.ts';
import { at, type Reader } from './reader.ts';

/** Fen for `amount`, ten-thousandths for `rate`. `item` counts only where `item.` facts may stand. */
export type Value = (claim: ReadClaim, item: number) => number;

export interface ValueOptions {
  key: 'amount' | 'rate';
  items: boolean;
}
export const AMOUNT: ValueOptions = { key: 'amount', items: false };
export const RATE: ValueOptions = { key: 'rate', items: false };
export const ITEM_RATE: ValueOptions = { key: 'rate', items: true };

export function compileValue(reader: Reader, path: string, value: unknown, options: ValueOptions): Value {
  const read = (where: string, text: unknown): number =>
    options.key === 'rate' ? reader.rate(where, text) : reader.money(where, text);
  if (!Array.isArray(value)) {
    const only = read(path, value);
    return () => only;
  }
  if (value.length === 0) reader.add(path, 'EMPTY_LIST');
  const whens: Condition[] = [];
  const numbers = reader.list(path, value).map((entry, i) => {
    const where = `${path}[${i}]`;
    const object = reader.object(where, entry, [options.key], ['when']);
    if (object === null) return 0;
    const last = i === value.length - 1;
    const when = has(object, 'when');
    if (when && last) reader.add(where, 'NO_LAST_VALUE');
    if (!when && !last) reader.add(where, 'VALUE_WITHOUT_WHEN');
    if (when) whens.push(compileCondition(reader, at(where, 'when'), object.when, options.items));
    return read(at(where, options.key), object[options.key]);
  });
  return (claim, item) => {
    for (let i = 0; i < whens.length; i++) {
      if ((whens[i] as Condition)(claim, item)) return numbers[i] as number;
    }
    return numbers[numbers.length - 1] as number;
  };
}
