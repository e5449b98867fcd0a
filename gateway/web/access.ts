import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';
import type { Session, Sessions } from './session.ts';

/** Who may use a route; the page's server and the office's look at the same marks. */
declare module 'fastify' {
  interface FastifyRequest {
    /** Who is logged in; on a route that is not public. */
    session?: Session;
    /** Of the session; '' on a public route. */
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

/** Refuses whoever is not logged in: LOGIN_NEEDED. `known` gets the sockets that somebody logged in is at. */
export function requireSession(
  server: FastifyInstance,
  sessions: Sessions,
  known: (socket: Socket) => void,
): void {
  server.decorateRequest('session');
  server.decorateRequest('opter', '');
  // The route that was matched decides, never the text of the target: `/%61pi` and `http://host/api` are
  // `/api` too.
  server.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions;
    if (request.is404 || config.public) return;
    const session = sessions.of(request);
    if (!session) throw new Refusal('LOGIN_NEEDED');
    request.session = session;
    request.opter = session.opter;
    known(request.raw.socket);
    if (!config.unattended) sessions.renew(reply, session);
  });
  // Its body may have taken seconds to come: what has ended meanwhile does nothing any more.
  server.addHook('preHandler', async ({ session }) => {
    if (session && !session.alive()) throw new Refusal('LOGIN_NEEDED');
  });
}
