import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../../errors.ts';
import { PUBLIC } from '../../../web/access.ts';
import { IDLE_SECONDS_MAX, type Sessions } from '../../../web/session.ts';
import type { Desk } from '../../visit/desk.ts';
import { Login } from '../schemas.ts';
import type { OperatorView, SessionView } from '../views/types.ts';

const COOKIE = 'cunyitong';

export interface SessionParts {
  desk: Desk;
  sessions: Sessions;
}

/** Who is at the page: a PIN for an operator, kept in a SameSite=Strict cookie. */
export function sessionRoutes(server: FastifyInstance, { desk, sessions }: SessionParts): void {
  const operators = () => desk.reference().operators.value;
  const show = (reply: FastifyReply, cookie: string) =>
    reply.setCookie(COOKIE, cookie, { path: '/', httpOnly: true, sameSite: 'strict' });

  function sessionView(opter: string): SessionView {
    const found = operators().find((operator) => operator.opter === opter);
    if (!found) throw new Refusal('LOGIN_NEEDED');
    return { opter, opter_name: found.opter_name, idle_seconds_max: IDLE_SECONDS_MAX };
  }

  server.decorateRequest('opter', '');
  // The route that was matched decides, never the text of the target: `/%61pi` and `http://host/api` are `/api` too.
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { config } = request.routeOptions;
    if (request.is404 || config.public) return;
    const opter = sessions.opterOf(request.cookies[COOKIE]);
    if (opter === null) throw new Refusal('LOGIN_NEEDED');
    request.opter = sessionView(opter).opter;
    if (!config.unattended) show(reply, sessions.renew(opter));
  });

  server.get(
    '/api/operators',
    PUBLIC,
    async (): Promise<OperatorView[]> => operators().map(({ opter, opter_name }) => ({ opter, opter_name })),
  );

  server.get('/api/session', PUBLIC, async (request) => {
    const opter = sessions.opterOf(request.cookies[COOKIE]);
    if (opter === null) throw new Refusal('LOGIN_NEEDED');
    return sessionView(opter);
  });

  server.post<{ Body: Login }>(
    '/api/session',
    { ...PUBLIC, schema: { body: Login } },
    async (request, reply) => {
      const { opter, pin } = request.body;
      const operator = operators().find((one) => one.opter === opter);
      show(reply, await sessions.login(operator, pin));
      return sessionView(opter);
    },
  );

  server.post('/api/session/end', async (_request, reply) => {
    reply.clearCookie(COOKIE, { path: '/' });
    return {};
  });
}
