import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/**
 * In their smallest form, for what they would not show by themselves: that they still run. Figures are
 * nobody's business here.
 */
test.each([
  ['ledger', ['60']],
  ['ledger-scale', ['2000', '40']],
  ['policy', ['4']],
])(
  'the bench %s still runs',
  (name, words) => {
    const file = new URL(`bench/${name}.ts`, import.meta.url).pathname;
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^bench \S+ [\d.e-]+$/m);
  },
  120_000,
);
