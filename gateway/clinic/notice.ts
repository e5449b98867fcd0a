import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { systemCode } from '../../sync/disk-fault.ts';
import type { Clock, Random } from '../../sync/ports.ts';
import { type ErrorCode, errorWords, Refusal } from '../errors.ts';
import { PUBLIC } from '../web/access.ts';
import { createWebServer, portOf } from '../web/server.ts';
import { staticRoutes } from '../web/static.ts';

/** What the page shows while nothing stands behind it: why, and what to do. */
export interface Notice {
  /** The port it listens on. */
  port(): number;
  say(code: ErrorCode): void;
  open(): Promise<void>;
  close(): Promise<void>;
}

interface NoticeOptions {
  log: FastifyBaseLogger;
  pageDir: string;
  /** 0: any free one, and the same one when it is opened again. */
  port: number;
  /** The address that the page may show in a frame, or null. */
  panel: string | null;
  random: Random;
  clock: Clock;
}

/** Refusal PAGE_PORT_UNUSABLE, PAGE_FILES_MISSING, from `open`. */
export function createNotice(options: NoticeOptions): Notice {
  const { log, pageDir, panel, random, clock } = options;
  let code: ErrorCode = 'GATEWAY_STARTING';
  let server: FastifyInstance | null = null;
  let { port } = options;
  return {
    port: () => port,
    say: (why) => {
      code = why;
    },
    async open() {
      server = await createWebServer({ log, sessionKey: random(32), frame: panel, more: () => ({}) });
      server.all('/api/*', PUBLIC, (_request, reply) => reply.code(503).send(errorWords(code)));
      await staticRoutes(server, pageDir);
      await listenAt(server, port, clock);
      port = portOf(server);
    },
    async close() {
      await server?.close();
      server = null;
    },
  };
}

/** A port that this process had a moment ago may be somebody's now: outgoing connections take any. */
const TAKEN = { times: 20, wait_ms: 100 };

/** On this machine only. Refusal PAGE_PORT_UNUSABLE. */
export async function listenAt(server: FastifyInstance, port: number, clock: Clock): Promise<string> {
  for (let left = TAKEN.times; ; left--) {
    try {
      return await server.listen({ host: '127.0.0.1', port });
    } catch (cause) {
      if (left === 0 || systemCode(cause) !== 'EADDRINUSE')
        throw new Refusal('PAGE_PORT_UNUSABLE', cause instanceof Error ? cause.message : '', { cause });
      await new Promise<void>((done) => clock.setTimeout(done, TAKEN.wait_ms));
    }
  }
}
