import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFen, lineFee, parseYuan, selfPay } from '../index.ts';

/** A decimal text of at most `places` places, with the whole number of 10^-places that it stands for. */
const decimals = (below: number, places: number) =>
  fc.nat(below * 10 ** places - 1).map((units) => {
    const digits = String(units).padStart(places + 1, '0');
    const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return { units, text: text.replace(/\.?0+$/, '') || '0' };
  });

const line = (cnt: string, pric: string, fen: number) => ({
  ...{ feedetl_sn: '1', med_list_codg: 'X', list_type: '101', chrgitm_lv: '01', tags: [] },
  ...{ cnt, pric, det_item_fee_sumamt: formatFen(fen) },
});

describe('the fee of a line', () => {
  it.each([
    ['2', '26.34', '52.68'],
    ['0.5', '0.01', '0.01'],
    ['0.5', '0.03', '0.02'],
    ['0.5', '0.05', '0.03'],
    ['3', '0.005', '0.02'],
    ['1', '0.004999', '0.00'],
    ['0.0001', '50', '0.01'],
    ['999.9999', '9007199254.740991', '9007198354021.07'],
  ])('of %s at %s is %s: half a fen goes up', (cnt, pric, fee) => {
    expect(lineFee(cnt, pric)).toBe(fee);
  });

  it('is the exact product rounded once, and the one amount that a claim may have', () => {
    fc.assert(
      fc.property(decimals(1000, 4), decimals(1_000_000, 6), (cnt, pric) => {
        const exact = BigInt(cnt.units) * BigInt(pric.units);
        const fen = parseYuan(lineFee(cnt.text, pric.text));
        expect(BigInt(fen)).toBe((exact + 50_000_000n) / 100_000_000n);
        if (exact === 0n) return;
        const outcome = (amount: number) => selfPay({ items: [line(cnt.text, pric.text, amount)] });
        expect(outcome(fen)).toMatchObject({ outcome: 'payable' });
        expect(outcome(fen + 1)).toMatchObject({ code: 'ITEM_AMOUNT_MISMATCH' });
        if (fen > 0) expect(outcome(fen - 1)).toMatchObject({ code: 'ITEM_AMOUNT_MISMATCH' });
      }),
    );
  });

  it.each([
    ['1.00001', '1', 'MONEY_INVALID'],
    ['1', '1.0000001', 'MONEY_INVALID'],
    ['-1', '1', 'MONEY_INVALID'],
    ['1', '', 'MONEY_INVALID'],
    ['1000000', '9007199254', 'MONEY_OVERFLOW'],
  ])('of %s at %s is %s', (cnt, pric, code) => {
    expect(() => lineFee(cnt, pric)).toThrow(code);
  });
});
