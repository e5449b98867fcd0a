import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A whole demo clinic as `npm start` has it, in a folder of its own, and the two other sides of it: the
 * page's API and the panel.
 */

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
export const CLI = join(ROOT, 'bin/cunyitong');
export const PIN = '246810';
export const DOCTOR = 'D140225000001';

export interface Started {
  child: ChildProcess;
  /** What it said after `ready`, or after those other words. */
  address: string;
  /** Everything on standard error so far. */
  log(): string;
  /** Everything on standard output so far. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts one of the product's commands and waits until it says `ready ADDRESS`, or what else `says` is. */
export function startCommand(words: string[], env: NodeJS.ProcessEnv = {}, says = 'ready'): Promise<Started> {
  const child = spawn(CLI, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  child.stderr.on('data', (bytes) => {
    log += bytes;
  });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) =>
      reject(new Error(`${words.join(' ')} ended (${code ?? signal}): ${log}`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith(`${says} `))
        resolve({ child, address: line.slice(says.length + 1), log: () => log, output: () => output, stop });
    });
  });
}

/** Runs one of the product's commands to its end. */
export function runCommand(
  words: string[],
  input = '',
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(CLI, words, { stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    err += bytes;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

export interface DemoClinic extends Started {
  state: string;
  clinic: string;
  township: string;
}

export async function startDemo(state = mkdtempSync(join(tmpdir(), 'cunyitong-'))): Promise<DemoClinic> {
  const started = await startCommand(['demo', '--state', state, '--port', '0']);
  return {
    ...started,
    state,
    clinic: join(state, 'clinic'),
    township: join(state, 'township'),
    async stop(signal) {
      await started.stop(signal);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** The page's side of the local API, as a browser on this address would use it. */
export class PageClient {
  readonly base: string;
  #cookie = '';

  constructor(base: string) {
    this.base = base;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(this.base + path, {
      method,
      headers: { origin: this.base, 'content-type': 'application/json', cookie: this.#cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.#cookie = cookie.split(';')[0] ?? '';
    return { status: response.status, body: await response.json() };
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask('GET', path)).body as T;
  }
  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return (await this.ask('POST', path, body)).body as T;
  }
  login() {
    return this.post('/api/session', { opter: DOCTOR, pin: PIN });
  }
}

/** The demo panel: moves the simulated devices. */
export async function panelAct(panel: string, act: string, card?: string): Promise<void> {
  const response = await fetch(`${panel}panel/act`, {
    method: 'POST',
    headers: { origin: new URL(panel).origin, 'content-type': 'application/json' },
    body: JSON.stringify({ act, card }),
  });
  if (!response.ok) throw new Error(`panel: ${act} ${response.status}`);
}

/** Asks until the answer is wanted; the failure says what came last. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  ms_max = 30_000,
): Promise<T> {
  for (let waited = 0; ; waited += 100) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (waited >= ms_max) throw new Error(`${what}: still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
