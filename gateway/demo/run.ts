import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { DEMO_PIN, demoJson } from '../cli/demo-seed.ts';
import { untilStopped } from '../cli/process.ts';
import { freePort, realClock } from '../real.ts';
import { openStateDir } from '../state-dir.ts';
import { cardOf, type DemoCard, startDemoDevices } from './devices.ts';
import { startDemoLink } from './link.ts';
import { startPanel } from './panel-server.ts';

const CLI = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const PANEL_DIR = fileURLToPath(new URL('./panel', import.meta.url));
/** Where the enrolment code lies until it is used. */
const CODE = 'code';
/** Time a line of paper takes; a real 80 mm printer is about as quick. */
const LINE_MS = 20;

/** Where a process writes its log: a file of the demo's folder, or the terminal. */
interface LogTarget {
  /** As standard error of a child process. */
  stdio: number | 'inherit';
  /** For the person at the terminal. */
  name: string;
}

function logTarget(root: string, verbose: boolean): LogTarget {
  if (verbose) return { stdio: 'inherit', name: 'above' };
  const state = openStateDir(root);
  state.make();
  const file = state.path('demo.log');
  return { stdio: openSync(file, 'a', 0o600), name: relative(process.cwd(), file) };
}

/** Starts one of our own commands as a process of its own and waits for its `ready ADDRESS`. */
function startChild(
  words: string[],
  log: LogTarget,
  onEnd: (code: number | null) => void,
): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [...process.execArgv, CLI, ...words], {
    // The channel carries nothing: it closes when this process goes, however it goes.
    stdio: ['ignore', 'pipe', log.stdio, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${words[0]} ended with ${code} before it was ready: see ${log.name}`));
      onEnd(code);
    });
    const output = child.stdout ?? Readable.from([]);
    createInterface({ input: output }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve({ child, address: line.slice('ready '.length) });
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** People the panel offers, one for each thing worth seeing. */
function demoCards(): DemoCard[] {
  const { persons } = demoJson('roster') as { persons: Person[] };
  const shows: [string, (person: Person) => boolean][] = [
    ['高血压，常客', ({ psn_name }) => psn_name === '刘建国'],
    [
      '已签约',
      ({ signed, psn_insu_stas, psn_idet_type }) =>
        signed !== null && psn_insu_stas === '1' && psn_idet_type.length === 0,
    ],
    [
      '汕尾参保',
      ({ insuplc_admdvs, psn_idet_type }) => insuplc_admdvs.startsWith('4415') && psn_idet_type.length === 0,
    ],
    [
      '汕尾，特困供养',
      ({ insuplc_admdvs, psn_idet_type }) =>
        insuplc_admdvs.startsWith('4415') && psn_idet_type.some(({ code }) => code === '2'),
    ],
    ['参保暂停', ({ psn_insu_stas }) => psn_insu_stas === '2'],
    ['没有参保', ({ psn_insu_stas }) => psn_insu_stas === '0'],
  ];
  const chosen = shows.flatMap(([note, fits]) => {
    const found = persons.find(fits);
    return found ? [cardOf(found, note)] : [];
  });
  return [...chosen, { ...STRANGER }];
}

/** Form-valid, in no roster: area and order are invented, the check digit is right. */
const STRANGER: DemoCard = {
  id: 'stranger',
  name: '钱过路',
  note: '名册里没有',
  certno: '110101196001010011',
  gend: '1',
  brdy: '1960-01-01',
};

function printWelcome(page: string, log: LogTarget): void {
  process.stdout.write(`
  村医通演示已经开好：${page}
  医生 赵东升，密码 ${DEMO_PIN}。放卡、断网、抽纸，用页面下方的演示面板。

  The doctor's page is at ${page} (PIN ${DEMO_PIN}; the panel at its foot plays the devices).
  Ctrl-C stops it; the next start goes on where this one was; npm start -- --fresh begins again.
  ${log.stdio === 'inherit' ? '' : `Log: ${log.name} (npm start -- --verbose shows it here)`}

`);
}

/** Gives the township its datasets; answers with the clinic's enrolment code. */
const seedTownship = (state: string): string =>
  execFileSync(process.execPath, [...process.execArgv, CLI, 'township', 'seed', '--state', state], {
    encoding: 'utf8',
  }).trim();

/** The whole demo, until the process is stopped; its data stay in `root`. */
export async function runDemo(root: string, pagePort: number, verbose: boolean): Promise<void> {
  const township = join(root, 'township');
  const clinic = openStateDir(join(root, 'clinic'));
  const log = logTarget(root, verbose);
  // A first start that was cut short left no code behind, whatever else it made.
  const enrolled = JSON.parse(clinic.read('enrolment.json') ?? '{}').enrolment ?? null;
  const code = clinic.read(CODE) ?? (enrolled === null ? seedTownship(township) : null);
  if (code !== null) clinic.write(CODE, code);
  let stopping = false;
  const ended = (what: string) => () => {
    if (!stopping) process.stderr.write(`${what} has ended: see ${log.name}\n`);
  };
  const office = await startChild(
    ['township', 'run', '--state', township, '--port', '0'],
    log,
    ended('The township'),
  );
  const broker = new URL(office.address);
  const link = await startDemoLink(0, { host: broker.hostname, port: Number(broker.port) });
  const devices = await startDemoDevices({
    readerLink: clinic.path('idcard'),
    printerPort: 0,
    lineMs: LINE_MS,
    clock: realClock,
  });
  const port = await freePort(pagePort);
  const panel = await startPanel(
    {
      devices,
      link,
      cards: demoCards(),
      pinHint: `赵东升的密码：${DEMO_PIN}`,
      panelDir: PANEL_DIR,
      gatewayOrigin: () => `http://127.0.0.1:${port}`,
    },
    0,
  );
  clinic.write(
    'settings.json',
    JSON.stringify({
      broker: `mqtt://127.0.0.1:${link.port}`,
      port,
      devices: devices.settings(),
      // The machine of the demo is a computer with a clock of its own.
      clock: 'battery',
      panel: panel.url,
    }),
  );
  const words = ['gateway', '--state', clinic.path(''), '--settings', clinic.path('settings.json')];
  if (code !== null) words.push('--code-file', clinic.path(CODE));
  const gateway = await startChild(words, log, ended('The gateway'));
  rmSync(clinic.path(CODE), { force: true }); // it has done its work
  printWelcome(gateway.address, log);
  process.stdout.write(`ready ${gateway.address}\n`);
  await untilStopped();
  stopping = true;
  await stopChild(gateway.child);
  await stopChild(office.child);
  await panel.close();
  link.close();
  await devices.stop();
}
