import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, type ErrorCode, errorWords, Refusal } from '../errors.ts';
import { answerHeaders, type Guard } from './guard.ts';
import { statusOf } from './status.ts';

/** A refusal whose answer carries more than code and text. */
export class RefusalWith extends Refusal {
  readonly more: object;
  constructor(code: ErrorCode, more: object, options?: { cause?: unknown }) {
    super(code, '', options);
    this.more = more;
  }
}

/** Fastify's own refusals in the product's words. */
const OF_FASTIFY: Record<string, ErrorCode> = {
  FST_ERR_VALIDATION: 'REQUEST_INVALID',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_INVALID',
};

const systemCode = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A request that ended before its end: whoever sent it has gone, and nobody hears the answer. */
const wasCutOff = (error: unknown, { raw }: FastifyRequest) =>
  systemCode(error) === 'ECONNRESET' && raw.destroyed && raw.complete === false;

const codeOfFailure = (error: unknown, request: FastifyRequest): ErrorCode =>
  wasCutOff(error, request) ? 'REQUEST_INVALID' : (OF_FASTIFY[systemCode(error)] ?? codeOf(error));

/** Which member was wrong, never its value. */
const memberOf = (error: unknown): string =>
  error instanceof Error && 'validation' in error ? error.message : '';

/**
 * Every failure becomes a status and a code. `more`: what the answer to a code carries besides, for
 * everybody.
 */
export function answerRefusals(server: FastifyInstance, more: (code: ErrorCode) => object): void {
  server.setErrorHandler((error, request, reply) => {
    const code = codeOfFailure(error, request);
    if (code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
    else request.log.info({ code, reason: memberOf(error) }, 'request refused');
    const own = error instanceof RefusalWith ? error.more : {};
    return reply.code(statusOf(code)).send({ ...errorWords(code), ...own, ...more(code) });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send(errorWords('NOT_FOUND')));
}

/** What the router cannot read goes past every hook: it is guarded, and answered, here. */
export function answerUnrouted(guard: Guard, request: FastifyRequest, reply: FastifyReply): void {
  let code: ErrorCode = 'REQUEST_INVALID';
  try {
    guard(request, reply);
  } catch (error) {
    code = codeOf(error);
  }
  void reply.code(statusOf(code)).send(errorWords(code));
}

/** Status of what the HTTP parser refuses, by its code; 400 where none stands here. */
const UNREAD: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Bytes that are no request, or that did not become one in time: the connection ends. */
export function answerUnread(frame: string | null, error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREAD[systemCode(error)] ?? 400;
  const body = JSON.stringify(errorWords('REQUEST_INVALID'));
  const headers = {
    ...answerHeaders(frame),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`);
}
