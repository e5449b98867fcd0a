import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import { createGuard } from './guard.ts';
import { answerRefusals, answerUnread, answerUnrouted } from './refusals.ts';

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

/** A whole request, head and body; pages send a few hundred bytes from this machine. */
const REQUEST_MS_MAX = 10_000;
/** How often requests that are under way are looked at. */
const LOOK_MS = 2_000;

/** What every page's server has before it has a route: guard, limits, cookies, answers to refusals. */
export async function createWebServer({
  log,
  sessionKey,
  frame,
  more,
}: WebOptions): Promise<FastifyInstance> {
  const guard = createGuard(() => portOf(server), frame);
  const server: FastifyInstance = Fastify({
    loggerInstance: log,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    http: { headersTimeout: REQUEST_MS_MAX, connectionsCheckingInterval: LOOK_MS },
    forceCloseConnections: true,
    // A query holds what the doctor typed, a name perhaps: the log gets no addresses.
    logController: new LogController({ disableRequestLogging: true }),
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, strict: false } },
    frameworkErrors: (_error, request, reply) => answerUnrouted(guard, request, reply),
    clientErrorHandler: (error, socket) => answerUnread(frame, error, socket),
  });
  server.addHook('onRequest', async (request, reply) => guard(request, reply));
  await server.register(cookie, { secret: Buffer.from(sessionKey) });
  answerRefusals(server, more);
  return server;
}

/** The port a server listens on; 0 while it does not. */
export function portOf({ server }: FastifyInstance): number {
  const address = server.address();
  return address && typeof address === 'object' ? address.port : 0;
}
