import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import { guard } from './guard.ts';
import { answerRefusals } from './refusals.ts';

/** Longest body a request may have. */
const BODY_BYTES_MAX = 65_536;

interface WebOptions {
  log: FastifyBaseLogger;
  /** Signs the sessions' cookies. */
  sessionKey: Uint8Array;
  /** The one address that the page may show in a frame, or null. */
  frame: string | null;
  /** What the answer to a refusal carries besides code and text. */
  more(code: ErrorCode): object;
}

/** What every page's server has before it has a route: guard, limits, cookies, answers to refusals. */
export async function createWebServer({
  log,
  sessionKey,
  frame,
  more,
}: WebOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: log,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    // A query holds what the doctor typed, a name perhaps: the log gets no addresses.
    logController: new LogController({ disableRequestLogging: true }),
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, strict: false } },
  });
  server.addHook(
    'onRequest',
    guard(() => portOf(server), frame),
  );
  await server.register(cookie, { secret: Buffer.from(sessionKey) });
  answerRefusals(server, more);
  return server;
}

/** The port a server listens on; 0 while it does not. */
export function portOf({ server }: FastifyInstance): number {
  const address = server.address();
  return address && typeof address === 'object' ? address.port : 0;
}
