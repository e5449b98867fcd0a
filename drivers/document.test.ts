/** docs/drivers.md shows code and tables that are held here to the files they come from. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CounterDocs, LINE_COUNTERS } from './base/counters.ts';
import { SCAN_COUNTERS } from './base/scan-line-device.ts';
import { scanner } from './example/driver.ts';
import { MemoryCable } from './line/memory.ts';
import { DRIVERS } from './registry.ts';
import { FakeClock } from './testing/fake-clock.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const text = read('../docs/drivers.md');
const listings = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);

test('all TypeScript that it shows is a file of the example, whole: it compiles and its test runs', () => {
  expect(listings).toEqual(['driver.ts', 'driver.test.ts'].map((name) => read(`./example/${name}`)));
});

test('the tables of counters are those of the bases, in their words', () => {
  const shown = [...text.matchAll(/^\| counter .*\n.*\n((?:\|.*\n)+)/gm)].map(([, rows]) => rows);
  const rowsOf = (docs: CounterDocs) =>
    Object.entries(docs)
      .map(([name, line]) => `| \`${name}\` | ${line} |\n`)
      .join('');
  expect(shown).toEqual([rowsOf(LINE_COUNTERS), rowsOf(SCAN_COUNTERS)]);
});

describe('the example', () => {
  test('is what the registry asks of a driver, and is not in it', () => {
    const context = { clock: new FakeClock(), log: () => undefined };
    const device = scanner.create({ id: 'x', title: 'y', transport: new MemoryCable(), context });
    expect(device).toMatchObject({ driver: scanner.name, role: scanner.role });
    const counted = Object.keys(device.status().counters);
    expect(counted).toEqual([...Object.keys(scanner.counters), ...Object.keys(LINE_COUNTERS)]);
    for (const line of Object.values(scanner.counters)) expect(line).toMatch(/^[A-Z].*\.$/);
    expect(DRIVERS.map(({ create }) => create)).not.toContain(scanner.create);
  });
});
