import { describe, expect, test } from 'vitest';
import { clinicOf } from '../../../testing/world.ts';
import type { TownshipStore } from '../port.ts';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)] as const;
const T1 = '2026-11-22T00:00:00.000Z';
const T2 = '2026-11-23T00:00:00.000Z';
const H1 = clinicOf(1).fixmedins_code;

/** What every ObjectionTable must do; in what `store` gives the ledgers A and B of clinic 1 are enrolled. */
export function objectionConformance(store: () => TownshipStore): void {
  describe('objections', () => {
    const object = (n: number, code: string, seq = n, subject: string | null = null) =>
      store().objections.add({ ledger: A, seq, code, at: T1, n }, `jws ${n}`, subject);
    const pending = (through: number | null) =>
      store()
        .objections.pending(A, through)
        .map(({ jws }) => jws);

    test('are kept once by seq and code, and once by code and subject', () => {
      expect(store().objections.lastNumber(A)).toBe(0);
      expect(object(1, 'AMOUNTS_DIFFER', 5)).toBe(true);
      expect(object(2, 'AMOUNTS_DIFFER', 5)).toBe(false);
      expect(object(2, 'BUNDLE_UNKNOWN', 5, 'bundle/x version 1')).toBe(true);
      expect(object(3, 'BUNDLE_UNKNOWN', 6, 'bundle/x version 1')).toBe(false);
      expect(object(3, 'BUNDLE_UNKNOWN', 6, 'bundle/x version 2')).toBe(true);
      expect([store().objections.lastNumber(A), store().objections.lastNumber(B)]).toEqual([3, 0]);
      expect(store().objections.byNumber(A, 2)).toBe('jws 2');
      expect(store().objections.byNumber(A, 9)).toBeUndefined();
      expect(
        store()
          .reports.objections(2)
          .map(({ clinic, seq, code }) => [clinic, seq, code]),
      ).toEqual([
        [H1, 6, 'BUNDLE_UNKNOWN'],
        [H1, 5, 'BUNDLE_UNKNOWN'],
      ]);
    });

    test('end with a withdrawal, which is due like any other, and may then be raised again', () => {
      const withdraw = (n: number, seq: number, code: string) =>
        store().objections.withdraw({ ledger: A, seq, code, at: T2, n }, `jws ${n}`);
      expect(withdraw(1, 5, 'BUNDLE_UNKNOWN')).toBe(false);
      object(1, 'BUNDLE_UNKNOWN', 5, 'bundle/x version 1');
      object(2, 'RECORD_FORK', 5);
      expect(store().objections.standing(['BUNDLE_UNKNOWN', 'LEDGER_SHORT'])).toEqual([
        { ledger: A, seq: 5, code: 'BUNDLE_UNKNOWN', subject: 'bundle/x version 1' },
      ]);
      expect(store().objections.standing(['BUNDLE_UNKNOWN'], B)).toEqual([]);
      expect([withdraw(3, 5, 'BUNDLE_UNKNOWN'), withdraw(4, 5, 'RECORD_FORK')]).toEqual([true, true]);
      expect(withdraw(5, 5, 'BUNDLE_UNKNOWN'), 'it does not stand any more').toBe(false);
      expect(store().objections.stands(A, 5, 'BUNDLE_UNKNOWN')).toBe(false);
      expect(store().objections.standing(['BUNDLE_UNKNOWN'], A)).toEqual([]);
      expect(store().objections.lastNumber(A)).toBe(4);
      expect(
        store()
          .objections.unsent()
          .map(({ ledger, jws }) => [ledger, jws]),
      ).toEqual([1, 2, 3, 4].map((n) => [A, `jws ${n}`]));
      expect(pending(4), 'a fork that was withdrawn closes nothing').toEqual([]);
      expect(pending(1)).toEqual(['jws 2', 'jws 3', 'jws 4']);
      expect(object(5, 'BUNDLE_UNKNOWN', 6, 'bundle/x version 1')).toBe(true);
      expect(object(6, 'BUNDLE_UNKNOWN', 6, 'bundle/x version 1')).toBe(false);
      expect(store().objections.stands(A, 6, 'BUNDLE_UNKNOWN')).toBe(true);
      expect(
        store()
          .reports.objections(9)
          .map(({ seq, code }) => [seq, code]),
      ).toEqual([[6, 'BUNDLE_UNKNOWN']]);
      expect(
        store()
          .reports.objections(9, true)
          .map(({ withdrawn_at }) => withdrawn_at),
      ).toEqual([undefined, T2, T2]);
    });

    test('are due beyond a number, or three times when none is known; one that closes always, and first', () => {
      for (const n of [1, 2, 3]) object(n, 'AMOUNTS_DIFFER');
      object(4, 'RECORD_FORK');
      expect(pending(0)).toEqual(['jws 4', 'jws 1', 'jws 2', 'jws 3']);
      expect(pending(2)).toEqual(['jws 4', 'jws 3']);
      expect(pending(4)).toEqual(['jws 4']);
      const [first] = store()
        .objections.pending(A, 0)
        .filter(({ jws }) => jws === 'jws 1');
      for (let sent = 0; sent < 3; sent += 1) {
        expect(pending(null)).toContain('jws 1');
        store().objections.markSent(first?.id ?? 0);
      }
      expect(pending(null)).toEqual(['jws 4', 'jws 2', 'jws 3']);
      expect(pending(0), 'a number counts for more than how often').toContain('jws 1');
    });

    test('at most a hundred at once', () => {
      for (let n = 1; n <= 120; n += 1) object(n, 'AMOUNTS_DIFFER');
      expect(pending(10)).toHaveLength(100);
      expect(pending(10)[0]).toBe('jws 11');
    });
  });
}
