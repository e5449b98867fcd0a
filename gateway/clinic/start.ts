import { type Backoff, waitBefore } from '../../sync/bus/backoff.ts';
import type { Clock, Log, Random } from '../../sync/ports.ts';
import { codeOf, type ErrorCode } from '../errors.ts';
import type { Notice } from './notice.ts';

/** What stands behind the page, once it has started. */
export interface Running {
  /** Of the page. */
  url: string;
  /** Resolves when the datasets a visit needs are in force. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

/** Everything that stands behind the page, constructed and opened, but for the page itself. */
export interface Prepared {
  /** Where the page is to listen; null: where the notice did. */
  port: number | null;
  /** Starts it; when the port cannot be had, all is closed again. */
  run(port: number): Promise<Running>;
}

interface StartOptions {
  notice: Notice;
  /** Prepares everything, or nothing: what it had opened is closed again when it rejects. */
  prepare(): Promise<Prepared>;
  /** Nothing can be settled: why, at the first attempt to start and whenever that changes. */
  onDegraded(code: ErrorCode, url: string): void;
  log: Log;
  clock: Clock;
  random: Random;
}

export interface Gateway {
  /** Resolves with the page's address when the datasets a visit needs are in force. */
  ready: Promise<string>;
  stop(): Promise<void>;
}

/** Tried again soon, and for as long as it takes: a stick is put in, a disk is cleared, a file comes back. */
const AGAIN: Backoff = { base_ms: 4_000, cap_ms: 60_000 };
const AGAIN_MS_MIN = 1_000;

/**
 * Shows the page at once, and has it say why, while what stands behind it cannot start; that is attempted
 * until it succeeds. Rejects only without a page: PAGE_PORT_UNUSABLE, PAGE_FILES_MISSING.
 */
export async function startBehindPage(options: StartOptions): Promise<Gateway> {
  const { notice, prepare, onDegraded, log, clock, random } = options;
  const ready = Promise.withResolvers<string>();
  let running: Running | null = null;
  let said: ErrorCode | null = null;
  let failures = 0;
  let timer: unknown;
  let stopped = false;

  async function start(): Promise<Running> {
    const prepared = await prepare();
    await notice.close();
    try {
      return await prepared.run(prepared.port ?? notice.port());
    } catch (error) {
      await notice.open();
      throw error;
    }
  }

  function attempt(): void {
    start().then(async (started) => {
      if (stopped) return started.stop();
      running = started;
      await started.ready;
      ready.resolve(started.url);
    }, again);
  }

  function again(error: unknown): void {
    tell(error);
    if (stopped) return;
    timer = clock.setTimeout(attempt, AGAIN_MS_MIN + waitBefore(failures, AGAIN, random));
    failures += 1;
  }

  function tell(error: unknown): void {
    const code = codeOf(error);
    notice.say(code);
    if (code === said) return;
    said = code;
    const detail = code === 'INTERNAL' ? { err: error } : { detail: String(error) };
    log.error({ code, ...detail }, 'the gateway cannot start: the page says why, and it is tried again');
    onDegraded(code, `http://127.0.0.1:${notice.port()}`);
  }

  await notice.open();
  attempt();
  return {
    ready: ready.promise,
    async stop() {
      stopped = true;
      clock.clearTimeout(timer);
      await notice.close();
      await running?.stop();
    },
  };
}
