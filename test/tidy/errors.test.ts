import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorsMarkdown } from '../../gateway/cli/errors.ts';
import { ERRORS, type ErrorRow } from '../../gateway/errors.ts';
import { OBJECTION_CODES } from '../../sync/objection-codes.ts';
import { product, ROOT } from './sources.ts';

type Table = Record<string, { number: number }>;

/** Each module's table with the first digit of its numbers. */
async function tables(): Promise<{ hundred: number; table: Table }[]> {
  const all: [number, Promise<Table>][] = [
    [1, import('../../policy/errors.ts').then((m) => m.POLICY_ERRORS)],
    [2, import('../../drivers/errors.ts').then((m) => m.DRIVER_ERRORS)],
    [3, import('../../sync/errors.ts').then((m) => m.SYNC_ERRORS)],
    [4, import('../../gateway/ledger/errors.ts').then((m) => m.LEDGER_ERRORS)],
    [5, import('../../gateway/settings/errors.ts').then((m) => m.SETTINGS_ERRORS)],
    [6, import('../../gateway/clinic/visit/errors.ts').then((m) => m.VISIT_ERRORS)],
    [7, import('../../gateway/web/errors.ts').then((m) => m.HTTP_ERRORS)],
    [9, import('../../gateway/clinic/page/errors.ts').then((m) => m.PAGE_ERRORS)],
  ];
  return Promise.all(all.map(async ([hundred, table]) => ({ hundred, table: await table })));
}

describe('errors', () => {
  test('every code has a number and all four parts', () => {
    const rows = Object.entries<ErrorRow>(ERRORS);
    expect(rows.length).toBeGreaterThan(50);
    for (const [code, { acts, withdrawn, ...row }] of rows) {
      expect([typeof acts, typeof withdrawn], code).toEqual(
        Object.hasOwn(OBJECTION_CODES, code) ? ['string', 'string'] : ['undefined', 'undefined'],
      );
      expect(Object.keys(row).sort(), code).toEqual(['cause', 'doctor', 'engineer', 'money', 'number']);
      const { cause, money, doctor, engineer } = row;
      for (const text of [cause, money, doctor, engineer]) expect(text.length, code).toBeGreaterThan(1);
      expect(row.doctor, code).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('a number has three digits, the first by its table, and means one code', async () => {
    const wrong = (await tables()).flatMap(({ hundred, table }) =>
      Object.entries(table).filter(([, { number }]) => Math.floor(number / 100) !== hundred),
    );
    expect(wrong).toEqual([]);
    const numbers = Object.values(ERRORS).map(({ number }) => number);
    expect(numbers.every(Number.isInteger)).toBe(true);
    expect(numbers).toHaveLength(new Set(numbers).size);
  });

  test('a number once given stays: its code keeps it, or it is not given again', () => {
    const given = readFileSync(join(ROOT, 'test/tidy/error-numbers.txt'), 'utf8').trim().split('\n');
    expect(given.length).toBeGreaterThan(100);
    const codes = new Map<string, string>(
      Object.entries(ERRORS).map(([code, row]) => [`${row.number}`, code]),
    );
    const changed = given.filter((line) => {
      const [number = '', code = ''] = line.split(' ');
      const gone = !Object.hasOwn(ERRORS, code) && !codes.has(number);
      return codes.get(number) !== code && !gone;
    });
    expect(changed).toEqual([]);
  });

  test('no code stands in two tables', async () => {
    const codes = (await tables()).flatMap(({ table }) => Object.keys(table));
    expect(codes.length).toBe(new Set(codes).size);
    expect([...codes].sort()).toEqual(Object.keys(ERRORS).sort());
  });

  test('docs/errors.md is the table', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsMarkdown());
  });

  test('every code the product throws is documented', () => {
    const thrown = product.flatMap(({ lines }) =>
      [
        ...lines.join('\n').matchAll(/new (?:Refusal|SyncError|LedgerError|DriverProblem)\(\s*'([A-Z_]+)'/g),
      ].map(([, code]) => code ?? ''),
    );
    expect(thrown.length).toBeGreaterThan(20);
    expect(thrown.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});
