import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PageClient, runCommand, type Started, startCommand, until } from '../clinic.ts';
import { copyOfStores, fixtureJson, RELEASES } from './fixture.ts';
import { CLINIC, DOCTOR } from './given.ts';
import { decodeJob, freePort, realClock, startDemoDevices } from './product.ts';
import { CLINIC_BOX, TOWN } from './scenario.ts';

/** Programs and tools of this release work on the folders and settings files of earlier ones. */

let [folder, clinic, town] = ['', '', ''];
const running: Started[] = [];
afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
  rmSync(folder, { recursive: true });
});

async function start(...words: string[]): Promise<Started> {
  const started = await startCommand(words);
  running.push(started);
  return started;
}

async function toolAnswers(...words: string[]): Promise<string> {
  const { code, out, err } = await runCommand(words);
  expect([words, code, err]).toEqual([words, 0, '']);
  return out;
}

interface DeskState {
  waiting: number;
  lights: { role: string; state: string; code: string | null }[];
}

/** The lights of reader and printer: all but the township's. */
const devicesOf = ({ lights }: Pick<DeskState, 'lights'>) => lights.filter(({ role }) => role !== 'township');

/** Logs in with the PIN of the stored operators dataset. */
async function pageAt(url: string): Promise<PageClient> {
  const page = new PageClient(url);
  expect(await page.login()).toMatchObject({ opter: DOCTOR });
  return page;
}

describe.each(RELEASES)('with what release %s left', (release) => {
  beforeEach(() => {
    folder = copyOfStores(release);
    [clinic, town] = [join(folder, CLINIC_BOX), join(folder, TOWN)];
  });

  /** A settings file as it was, but for places of this machine. */
  function settingsFile(name: string, changes: Record<string, unknown>): string {
    const settings = fixtureJson(release, `settings/${name}.json`);
    for (const [member, value] of Object.entries(changes))
      settings[member] = typeof value === 'object' ? { ...settings[member], ...value } : value;
    const file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify(settings));
    return file;
  }

  test.each(['clinic', 'two-serial', 'demo'])(
    'a gateway starts with the settings file %s.json',
    async (name) => {
      const port = await freePort(0);
      const file = settingsFile(name, {
        port,
        ...(name === 'clinic' ? { printer: { host: '127.0.0.1', port: 1 } } : {}),
      });
      const { address } = await start('gateway', '--state', clinic, '--settings', file);
      expect(address).toBe(`http://127.0.0.1:${port}`);
      const page = await pageAt(address);
      const absent = { code: expect.stringMatching(/^DEVICE_(ABSENT|LOST)$/) };
      const { lights } = await until(
        'devices',
        () => page.get<DeskState>('/api/desk'),
        (desk) => devicesOf(desk).every(({ code }) => code !== null),
      );
      const [reader, printer] = devicesOf({ lights });
      expect([reader, printer]).toMatchObject([
        { role: 'identify', ...absent },
        { role: 'print', ...absent },
      ]);
    },
  );

  test('a gateway delivers to the township and prints what waited', async () => {
    const office = await start('township', 'run', '--state', town, '--port', '0');
    const link = join(folder, 'idcard');
    const devices = await startDemoDevices({ readerLink: link, printerPort: 0, lineMs: 0, clock: realClock });
    const changes = { broker: office.address, port: await freePort(0), reader: { path: link } };
    const file = settingsFile('demo', { ...changes, printer: { port: devices.printer.port } });
    const { address } = await start('gateway', '--state', clinic, '--settings', file);
    const page = await pageAt(address);
    const desk = () => page.get<DeskState>('/api/desk');
    await until('delivery', desk, ({ waiting }) => waiting === 0);
    await until('devices', desk, (state) => devicesOf(state).every((light) => light.state === 'ok'));
    const slips = async () =>
      devices.printer.printer.slips.map(({ bytes }) => decodeJob(bytes).lines.join(''));
    const paper = await until(
      'slips',
      slips,
      ({ length }) => length === fixtureJson(release, 'answers.json').clinic.printJobs.length,
    );
    expect(paper.filter((text) => text.includes('补打'))).toHaveLength(2);
    await devices.stop();
  }, 120_000);

  test('the tools read a clinic’s folder', async () => {
    const { head, flaws } = JSON.parse(await toolAnswers('ledger', 'verify', '--state', clinic));
    expect([head, flaws]).toEqual([fixtureJson(release, 'answers.json').clinic.head, []]);
    expect(JSON.parse(await toolAnswers('ledger', 'replay', '--state', clinic)).differing).toEqual([]);
    expect(JSON.parse(await toolAnswers('ledger', 'rebuild', '--state', clinic)).records).toBe(head.seq);
    expect((await toolAnswers('ledger', 'export', '--state', clinic)).trim().split('\n')).toHaveLength(
      head.seq,
    );
  });

  test('the tools read a township’s folder, and keep the files of its Mosquitto', async () => {
    expect(JSON.parse(await toolAnswers('township', 'verify', '--state', town)).faults).toEqual([]);
    const ledger = JSON.parse(readFileSync(join(clinic, 'enrolment.json'), 'utf8')).ledger;
    const report = await toolAnswers('township', 'report', '--state', town, 'clinics');
    expect(report).toContain(ledger);
    const files = join(folder, 'mosquitto');
    const { dir: _, ...others } = fixtureJson(release, 'settings/mosquitto.json');
    writeFileSync(join(town, 'mosquitto.json'), JSON.stringify({ ...others, dir: files }));
    const { code } = await runCommand(['township', 'revoke', '--state', town, '--ledger', ledger]);
    expect(code).toBe(0);
    const [rules] = readFileSync(join(files, 'acl'), 'utf8')
      .split(`user ${CLINIC.fixmedins_code}/${ledger}\n`)
      .slice(1);
    const topic = `cyt/1/${CLINIC.fixmedins_code}/${ledger}`;
    expect(rules).toBe(`topic deny ${topic}/up\ntopic deny ${topic}/state\n`);
  });
});
