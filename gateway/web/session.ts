import type { FastifyReply, FastifyRequest } from 'fastify';

/** The page locks itself after this long without a request. */
export const IDLE_SECONDS_MAX = 900;
const COOKIE = 'cunyitong';

/**
 * Who is at the page. A session is its signed cookie and nothing else (who, until when), so a power cut
 * between a confirm and its answer does not log the doctor out. `@fastify/cookie` signs it under the box's
 * session key.
 */
export interface Sessions {
  /** The operator whose cookie came with the request, or null: none, forged, or its time is over. */
  opterOf(request: FastifyRequest): string | null;
  /** Begins the operator's idle time anew: the answer carries the cookie. */
  renew(reply: FastifyReply, opter: string): void;
  end(reply: FastifyReply): void;
}

export function createSessions(now: () => number): Sessions {
  return {
    opterOf(request) {
      const { valid, value } = request.unsignCookie(request.cookies[COOKIE] ?? '');
      return valid ? readSession(value, now()) : null;
    },
    renew(reply, opter) {
      const value = writeSession(opter, now() + IDLE_SECONDS_MAX * 1000);
      reply.setCookie(COOKIE, value, { path: '/', httpOnly: true, sameSite: 'strict', signed: true });
    },
    end(reply) {
      reply.clearCookie(COOKIE, { path: '/' });
    },
  };
}

/** What is signed; `until` in ms since 1970. */
const writeSession = (opter: string, until: number): string =>
  `${Buffer.from(opter).toString('base64url')}.${until}`;

/** The operator of a session whose signature was right; null when its time is over. */
function readSession(value: string, now: number): string | null {
  const [opter = '', until] = value.split('.');
  return Number(until) >= now ? Buffer.from(opter, 'base64url').toString() : null;
}
