/**
 * Start and memory of the gateway process, against a process that only imports the same libraries. The last
 * lines are `bench gateway.NAME VALUE`.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { QuoteView, VisitView } from '../../gateway/clinic/api/views/types.ts';
import { PageClient, ROOT, startCommand, startDemo } from '../clinic.ts';
import { FLAGS } from '../flags.ts';

const RUNS = 5;
const VISITS = 30;
const LIBRARIES = [
  '@fastify/cookie',
  'ajv',
  'better-sqlite3',
  'decimal.js',
  'fastify',
  'iconv-lite',
  'mqtt',
  'pino',
  'receiptline',
  'serialport',
  'tweetnacl',
  'typebox',
];

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const say = (name: string, value: number) =>
  console.log(`bench gateway.${name} ${Number(value.toPrecision(4))}`);

/** Resident memory of a process, MiB. */
function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** A moment for what a start leaves behind. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1000));

/** A process that imports the libraries and opens an empty database; says so, and waits. */
async function floor(flags: string[]): Promise<{ ms: number; mib: number }> {
  const imports = LIBRARIES.map((name) => `import ${JSON.stringify(name)};`).join('\n');
  const code = `${imports}\nimport Database from 'better-sqlite3'; new Database(':memory:').exec('SELECT 1'); console.log('ready'); setInterval(() => {}, 1000);`;
  const from = performance.now();
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
  });
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const ms = performance.now() - from;
  await settled();
  const mib = residentMiB(child.pid);
  child.kill();
  return { ms, mib };
}

function gatewayPid(state: string, parent: number | undefined): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const found = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0gateway\0--state\0${state}`),
  );
  if (found === undefined) throw new Error('no gateway process');
  return found;
}

async function visits(base: string, run: number): Promise<number[]> {
  const page = new PageClient(base);
  await page.login();
  const priced: number[] = [];
  for (let n = 0; n < VISITS; n++) {
    const { id } = await page.post<VisitView>('/api/visits', { psn_no: '14022500000000000001' });
    const draft = {
      diagnoses: [{ diag_code: 'I10.x00x002' }],
      items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
    };
    const from = performance.now();
    const quote = await page.post<QuoteView>(`/api/visits/${id}/quote`, draft);
    priced.push(performance.now() - from);
    const confirm = {
      request: `bench-request-${run}-${String(n).padStart(6, '0')}`,
      digest: quote.digest,
      draft,
      paid_way: 'cash',
    };
    await page.post(`/api/visits/${id}/confirm`, confirm);
  }
  return priced;
}

async function main(): Promise<void> {
  const [floors, plain] = [[], []] as { ms: number; mib: number }[][];
  for (let n = 0; n < RUNS; n++) {
    floors?.push(await floor(FLAGS));
    plain?.push(await floor([]));
  }
  const demo = await startDemo();
  try {
    process.kill(gatewayPid(demo.clinic, demo.child.pid), 'SIGTERM');
    const words = ['gateway', '--state', demo.clinic, '--settings', join(demo.clinic, 'settings.json')];
    const [starts, ready, after, priced]: number[][] = [[], [], [], []];
    for (let n = 0; n < RUNS; n++) {
      const from = performance.now();
      const gateway = await startCommand(words);
      starts?.push(performance.now() - from);
      await settled();
      ready?.push(residentMiB(gateway.child.pid));
      priced?.push(...(await visits(gateway.address, n)));
      after?.push(residentMiB(gateway.child.pid));
      await gateway.stop();
    }
    const floorMs = median((floors ?? []).map(({ ms }) => ms));
    const floorMib = median((floors ?? []).map(({ mib }) => mib));
    say('start_ms', median(starts ?? []));
    say('import_floor_ms', floorMs);
    say('start_ratio', median(starts ?? []) / floorMs);
    say('memory_ready_mib', median(ready ?? []));
    say('memory_visits_mib', median(after ?? []));
    say('memory_floor_mib', floorMib);
    say('memory_plain_floor_mib', median((plain ?? []).map(({ mib }) => mib)));
    say('memory_ready_ratio', median(ready ?? []) / floorMib);
    say('memory_visits_ratio', median(after ?? []) / floorMib);
    say('quote_over_http_p50_ms', median(priced ?? []));
    say('quote_over_http_max_ms', Math.max(...(priced ?? [])));
  } finally {
    await demo.stop();
  }
}

await main();
