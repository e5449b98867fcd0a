import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SettledView } from '../../gateway/clinic/api/views/types.ts';
import { LEDGER_ERRORS } from '../../gateway/ledger/index.ts';
import { freePort } from '../../gateway/real.ts';
import { SETTINGS_ERRORS } from '../../gateway/settings/errors.ts';
import { SYNC_ERRORS } from '../../sync/errors.ts';
import { CLI, type Started, until } from '../clinic.ts';
import { at, openScreen } from '../e2e/browser.ts';
import { Doctor } from './doctor.ts';
import { type Pieces, startPieces } from './pieces.ts';
import { DRAFT, PSN_NO } from './samples.ts';

/** The page is there first, and says what is missing; an end is an orderly one at any time. */

let pieces: Pieces;
let gateway: Started;
const folder = mkdtempSync(join(tmpdir(), 'cunyitong-absent-'));

beforeAll(async () => {
  pieces = await startPieces();
});
afterAll(async () => {
  gateway?.child.kill('SIGKILL');
  await pieces?.stop();
  rmSync(folder, { recursive: true });
});

async function stopped(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  await gateway.stop(signal);
  return gateway.child.exitCode;
}

test('a ledger that is gone: the screen says so, and goes on by itself when it is back', async () => {
  gateway = await pieces.startGateway();
  const doctor = new Doctor(pieces.url);
  await doctor.login();
  const { id } = await doctor.open(PSN_NO);
  const { seq } = await doctor.confirmed(await doctor.quoted(id, DRAFT, 'absent-test-request-1'));
  await until(
    'the receipt',
    () => doctor.ask<SettledView>('GET', `/api/settlements/${seq}`),
    ({ township }) => township === 'held',
  );
  const screen = await openScreen(pieces.url);
  await at(screen.page, 'login-opter').first().waitFor();
  expect(await stopped()).toBe(0);

  const file = join(pieces.clinic, 'ledger.sqlite');
  renameSync(file, `${file}.away`);
  gateway = await pieces.startGateway(undefined, 'degraded LEDGER_MISSING');
  expect(gateway.address).toBe(pieces.url);
  await screen.page.reload();
  const words = at(screen.page, 'closed');
  await words.waitFor();
  const told = await words.textContent();
  expect(told).toContain(LEDGER_ERRORS.LEDGER_MISSING.doctor);
  expect(told).toContain(String(LEDGER_ERRORS.LEDGER_MISSING.number));
  expect(existsSync(file)).toBe(false);
  renameSync(`${file}.away`, file);
  await at(screen.page, 'login-opter').first().waitFor({ timeout: 20_000 });
  expect(gateway.output()).toMatch(/^degraded LEDGER_MISSING .*\nready http/);
  const after = new Doctor(pieces.url);
  await after.login();
  expect(await after.ask('GET', `/api/settlements/${seq}`)).toMatchObject({ seq });
  await screen.close();
});

test('an end while the link is down is an orderly one', async () => {
  await pieces.office.stop();
  await until(
    'the link down',
    async () => gateway.log(),
    (log) => log.includes('no connection to the township'),
  );
  expect(await stopped()).toBe(0);
  gateway = await pieces.startGateway();
  expect(await stopped()).toBe(0);
});

/** A gateway in a new folder, with these settings; its first line, and its exit code at a SIGTERM then. */
async function served(settings: string, ...words: string[]): Promise<{ line: string; page: object }> {
  const file = join(folder, 'settings.json');
  writeFileSync(file, settings);
  const child = spawn(CLI, ['gateway', '--state', join(folder, 'state'), '--settings', file, ...words]);
  const [bytes] = await once(child.stdout, 'data');
  const line = String(bytes).trim();
  const page = await fetch(`${line.split(' ').at(-1)}/api/session`);
  const answer = (await page.json()) as object;
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  return { line, page: answer };
}

test('a box that is not enrolled, and half a settings file, have a page; nothing is written', async () => {
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const settings = JSON.stringify({ broker: 'mqtt://127.0.0.1:9', port, devices: [] });
  expect(await served(settings)).toMatchObject({
    line: `degraded NOT_ENROLLED ${url}`,
    page: { code: 'NOT_ENROLLED', text: SYNC_ERRORS.NOT_ENROLLED.doctor },
  });
  expect(await served(JSON.stringify({ port, devices: [] }))).toMatchObject({
    line: `degraded SETTINGS_INVALID ${url}`,
    page: { code: 'SETTINGS_INVALID', text: SETTINGS_ERRORS.SETTINGS_INVALID.doctor },
  });
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

test('an end while the box waits for its enrolment is an orderly one', async () => {
  const port = await freePort(0);
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ broker: 'mqtt://127.0.0.1:9', port, devices: [] }));
  const words = ['gateway', '--state', join(folder, 'asking'), '--settings', file];
  const code = join(folder, 'code');
  writeFileSync(code, 'ABCDE-FGHJK-MNPQR-STVWX-YZ012-3\n');
  const child = spawn(CLI, [...words, '--code-file', code], { stdio: 'ignore' });
  await until(
    'the page',
    () =>
      fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      ),
    (there) => there,
  );
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
