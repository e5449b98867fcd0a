import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';
import type { Sessions } from './session.ts';

/** Who may use a route; the page's server and the office's look at the same marks. */
declare module 'fastify' {
  interface FastifyRequest {
    /** Who is logged in; '' on a public route. */
    opter: string;
  }
  interface FastifyContextConfig {
    /** Answers before anybody has logged in. A route that does not say so needs a session. */
    public?: true;
    /** Asked for by the page itself, not by a person: does not prolong the session. */
    unattended?: true;
  }
}

/** Mark of a route that needs no session. */
export const PUBLIC = { config: { public: true } } as const;

/** Refuses whoever is not logged in as an operator that still exists. Refusal LOGIN_NEEDED. */
export function requireSession(
  server: FastifyInstance,
  sessions: Sessions,
  isOperator: (opter: string) => boolean,
): void {
  server.decorateRequest('opter', '');
  // The route that was matched decides, never the text of the target: `/%61pi` and `http://host/api` are
  // `/api` too.
  server.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions;
    if (request.is404 || config.public) return;
    const opter = sessions.opterOf(request);
    if (opter === null || !isOperator(opter)) throw new Refusal('LOGIN_NEEDED');
    request.opter = opter;
    if (!config.unattended) sessions.renew(reply, opter);
  });
}
