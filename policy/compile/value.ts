/**
 * A money value or a rate: a text, or a list of {when, …} whose last entry has no `when`. Source:
 * docs/adjudication.md "Values and conditions".
 */
import type { ReadClaim } from '../claim/claim.ts';
import type { Fen, Rate } from '../fen.ts';
import { has } from '../json.ts';
import { type Condition, compileCondition } from './condition.ts';
import { at, type Reader } from './reader.ts';

/** What a claim gets. `item` is the index of a line where `item.` facts are allowed, -1 otherwise. */
export type Value<T> = (claim: ReadClaim, item: number) => T;

export function compileAmount(reader: Reader, path: string, value: unknown): Value<Fen> {
  const read = (where: string, text: unknown): Fen => reader.money(where, text);
  return compileValue(reader, path, value, { key: 'amount', items: false, read });
}

/** `items` says whether `item.` facts are allowed here. */
export function compileRate(reader: Reader, path: string, value: unknown, items: boolean): Value<Rate> {
  const read = (where: string, text: unknown): Rate => reader.rate(where, text);
  return compileValue(reader, path, value, { key: 'rate', items, read });
}

interface ValueKind {
  key: 'amount' | 'rate';
  items: boolean;
  read(path: string, text: unknown): number;
}

function compileValue(reader: Reader, path: string, value: unknown, kind: ValueKind): Value<number> {
  if (!Array.isArray(value)) {
    const only = kind.read(path, value);
    return () => only;
  }
  if (value.length === 0) reader.add(path, 'EMPTY_LIST');
  const whens: Condition[] = [];
  const numbers = reader.list(path, value).map((entry, i) => {
    const where = `${path}[${i}]`;
    const object = reader.object(where, entry, [kind.key], ['when']);
    if (object === null) return 0;
    const last = i === value.length - 1;
    const when = has(object, 'when');
    if (when && last) reader.add(where, 'NO_LAST_VALUE');
    if (!when && !last) reader.add(where, 'VALUE_WITHOUT_WHEN');
    if (when) whens.push(compileCondition(reader, at(where, 'when'), object.when, kind.items));
    return kind.read(at(where, kind.key), object[kind.key]);
  });
  return (claim, item) => {
    for (let i = 0; i < whens.length; i++) {
      if ((whens[i] as Condition)(claim, item)) return numbers[i] as number;
    }
    return numbers[numbers.length - 1] as number;
  };
}
