import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Day } from './calendar.ts';
import {
  BAD,
  type Branded,
  type Fen,
  formatFen,
  formatRate,
  mulDivFloor,
  mulDivHalfUp,
  mulMod,
  parseYuan,
  type Rate,
  readDecimal,
  readMoney,
  SATURATED,
} from './fen.ts';

describe('reading decimals', () => {
  const bad = [
    '',
    '.',
    '1.',
    '.5',
    '01',
    '00',
    '-1',
    '+1',
    '1e3',
    '1 ',
    ' 1',
    '１',
    '1.00001',
    '1..2',
    '1,0',
  ];
  it.each([...bad, 'NaN', '٣', '1_0', '0x1', '1\n'])('refuses %j', (text) => {
    expect(readDecimal(text, 4)).toBe(BAD);
  });
  it.each([1, null, undefined, Number.NaN, [], {}, true, 1n])('refuses what is no text', (value) => {
    expect(readDecimal(value, 4)).toBe(BAD);
  });
  it('scales to the places asked for', () => {
    expect(readDecimal('0', 4)).toBe(0);
    expect(readDecimal('0.05', 4)).toBe(500);
    expect(readDecimal('26.34', 6)).toBe(26_340_000);
    expect(readDecimal('1.0000', 4)).toBe(10_000);
  });
  it('holds what is beyond 2^53 at SATURATED', () => {
    expect(readDecimal('9'.repeat(40), 2)).toBe(SATURATED);
    expect(readMoney(`${'9'.repeat(40)}.00`)).toBe(SATURATED);
  });
  it('asks exactly two places of money', () => {
    for (const text of ['1', '1.0', '1.000', '-0.00', '.00', '00.00', '１.００'])
      expect(readMoney(text)).toBe(BAD);
    expect(readMoney('0.00')).toBe(0);
  });
});

describe('yuan and fen', () => {
  it('round trip', () => {
    fc.assert(
      fc.property(fc.nat(1e12), (fen) => {
        expect(parseYuan(formatFen(fen))).toBe(fen);
      }),
    );
    expect(formatFen(-5)).toBe('-0.05');
    expect(formatRate(5250)).toBe('0.5250');
  });
  it('throws a coded error rather than lose a fen', () => {
    expect(() => parseYuan('12')).toThrow('MONEY_INVALID');
    expect(() => parseYuan(`${'9'.repeat(20)}.00`)).toThrow('MONEY_OVERFLOW');
  });
});

describe('products', () => {
  it('are exact on both sides of 2^53', () => {
    const big = fc.nat(2 ** 31 - 1).chain((high) => fc.nat(1e6).map((low) => high * 1e6 + low));
    fc.assert(
      fc.property(fc.oneof(fc.nat(), big), fc.oneof(fc.nat(), big), fc.integer({ min: 1 }), (a, b, div) => {
        const product = BigInt(a) * BigInt(b);
        if (product / BigInt(div) > BigInt(Number.MAX_SAFE_INTEGER)) return;
        expect(BigInt(mulDivFloor(a, b, div))).toBe(product / BigInt(div));
        expect(BigInt(mulMod(a, b, div))).toBe(product % BigInt(div));
        expect(BigInt(mulDivHalfUp(a, b, div))).toBe((product * 2n + BigInt(div)) / (BigInt(div) * 2n));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('brands', () => {
  type Takes<To, From> = From extends To ? true : false;
  it('take plain values, and not one another: a question to the compiler', () => {
    const plain: [Takes<Fen, number>, Takes<Rate, number>, Takes<Day, string>] = [true, true, true];
    const other: [Takes<Fen, Rate>, Takes<Rate, Fen>, Takes<Day, Branded<string, 'Name'>>] = [
      false,
      false,
      false,
    ];
    expect([...plain, ...other]).toEqual([true, true, true, false, false, false]);
  });
});
