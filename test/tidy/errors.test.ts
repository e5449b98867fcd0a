import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorsMarkdown } from '../../gateway/cli/errors.ts';
import { ERRORS } from '../../gateway/errors.ts';
import { product, ROOT } from './sources.ts';

describe('errors', () => {
  test('every code has all four parts', () => {
    const rows = Object.entries(ERRORS);
    expect(rows.length).toBeGreaterThan(50);
    for (const [code, row] of rows) {
      expect(Object.keys(row).sort(), code).toEqual(['cause', 'doctor', 'engineer', 'money']);
      for (const text of Object.values(row)) expect(text.length, code).toBeGreaterThan(1);
      expect(row.doctor, code).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('no code stands in two tables', async () => {
    const tables = await Promise.all([
      import('../../policy/errors.ts').then((m) => m.POLICY_ERRORS),
      import('../../drivers/errors.ts').then((m) => m.DRIVER_ERRORS),
      import('../../sync/errors.ts').then((m) => m.SYNC_ERRORS),
      import('../../gateway/settings/errors.ts').then((m) => m.SETTINGS_ERRORS),
      import('../../gateway/ledger/errors.ts').then((m) => m.LEDGER_ERRORS),
      import('../../gateway/clinic/visit/errors.ts').then((m) => m.VISIT_ERRORS),
      import('../../gateway/web/errors.ts').then((m) => m.HTTP_ERRORS),
    ]);
    const codes = tables.flatMap((table) => Object.keys(table));
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
