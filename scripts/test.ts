import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, missing } from './debian.ts';

/**
 * `npm test`: builds the page, installs what Debian has to give, runs vitest, and closes with the counts of
 * vitest's own report.
 * Words after `--` go to vitest: `npm test -- policy`. Under CI a skipped test is a failure.
 */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

install(missing());
await import('./build-page.ts');

const folder = mkdtempSync(join(tmpdir(), 'cunyitong-test-'));
const reportFile = join(folder, 'report.json');
const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const words = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const run = spawnSync(process.execPath, [vitest, ...words, ...process.argv.slice(2)], { stdio: 'inherit' });

let status = run.status ?? 1;
try {
  const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const skipped = report.numPendingTests + report.numTodoTests;
  console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
  if (report.numPassedTests === 0 || (process.env.CI && skipped > 0)) status ||= 1;
} catch {
  console.error('vitest left no report');
  status ||= 1;
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = status;
