import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { codeOf, type ErrorCode } from '../../errors.ts';
import { guard } from '../../web/guard.ts';
import { pageRoutes } from '../../web/static.ts';
import type { ApiParts } from './parts.ts';
import { type SessionParts, sessionRoutes } from './routes/session.ts';
import { settlementRoutes } from './routes/settlements.ts';
import { deskRoutes } from './routes/visits.ts';
import { errorView } from './views/visit.ts';

/** Longest body a request may have. */
const BODY_BYTES_MAX = 65_536;

const STATUS: Partial<Record<ErrorCode, number>> = {
  PIN_WRONG: 401,
  LOGIN_NEEDED: 401,
  PIN_LOCKED: 423,
  HOST_FOREIGN: 403,
  ORIGIN_FOREIGN: 403,
  NOT_FOUND: 404,
  VISIT_UNKNOWN: 404,
  QUOTE_CHANGED: 409,
  REASON_MISSING: 409,
  BODY_TOO_LARGE: 413,
  NOT_READY: 503,
  DISK_FULL: 507,
  INTERNAL: 500,
};

/** Fastify's own refusals in the product's words. */
const OF_FASTIFY: Record<string, ErrorCode> = {
  FST_ERR_VALIDATION: 'REQUEST_INVALID',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_INVALID',
};

function codeOfFailure(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_FASTIFY[code] ?? codeOf(error);
}

/** The local API and the page. Listens nowhere by itself. */
export async function createServer(
  parts: ApiParts & SessionParts,
  log: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: log,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    // A query holds what the doctor typed, a name perhaps: the log gets no addresses.
    logController: new LogController({ disableRequestLogging: true }),
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, strict: false } },
  });
  const port = () => {
    const address = server.server.address();
    return address && typeof address === 'object' ? address.port : 0;
  };
  server.addHook('onRequest', guard(port, parts.panel));
  await server.register(cookie);
  server.setErrorHandler((error, request, reply) => {
    const code = codeOfFailure(error);
    const status = STATUS[code] ?? 422;
    if (code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
    else request.log.info({ code, reason: reasonOf(error) }, 'request refused');
    // The demo's panel is shown before anybody has logged in: the PIN is on it.
    const demo = code === 'LOGIN_NEEDED' && parts.panel ? { demo: { panel: parts.panel } } : {};
    const quote = error instanceof Error && 'quote' in error ? { quote: error.quote } : {};
    return reply
      .code(code === 'REQUEST_INVALID' ? 400 : status)
      .send({ ...errorView(code), ...quote, ...demo });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send(errorView('NOT_FOUND')));
  sessionRoutes(server, parts);
  deskRoutes(server, parts);
  settlementRoutes(server, parts);
  await pageRoutes(server, parts.pageDir);
  return server;
}

/** Which member was wrong, never its value. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'validation' in error) return error.message;
  return '';
}
