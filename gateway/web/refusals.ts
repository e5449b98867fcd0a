import type { FastifyInstance } from 'fastify';
import { codeOf, type ErrorCode, errorWords, Refusal } from '../errors.ts';
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

function codeOfFailure(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_FASTIFY[code] ?? codeOf(error);
}

/** Which member was wrong, never its value. */
const memberOf = (error: unknown): string =>
  error instanceof Error && 'validation' in error ? error.message : '';

/**
 * Every failure becomes a status and a code. `more`: what the answer to a code carries besides, for
 * everybody.
 */
export function answerRefusals(server: FastifyInstance, more: (code: ErrorCode) => object): void {
  server.setErrorHandler((error, request, reply) => {
    const code = codeOfFailure(error);
    if (code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
    else request.log.info({ code, reason: memberOf(error) }, 'request refused');
    const own = error instanceof RefusalWith ? error.more : {};
    return reply.code(statusOf(code)).send({ ...errorWords(code), ...own, ...more(code) });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send(errorWords('NOT_FOUND')));
}
