import type { FastifyInstance } from 'fastify';
import type { Operator } from '../../../../sync/contract/datasets/operators.ts';
import { Refusal } from '../../../errors.ts';
import { PUBLIC } from '../../../web/access.ts';
import { IDLE_SECONDS_MAX } from '../../../web/session.ts';
import type { ApiParts } from '../parts.ts';
import { Login } from '../schemas.ts';
import type { OperatorView, SessionView } from '../views/types.ts';

/** Who is at the page: an operator, by PIN. */
export function sessionRoutes(server: FastifyInstance, { desk, pins, sessions }: ApiParts): void {
  const operators = () => desk.reference().operators.value;

  function sessionView(operator: Operator | undefined): SessionView {
    if (!operator) throw new Refusal('LOGIN_NEEDED');
    const { opter, opter_name } = operator;
    return { opter, opter_name, idle_seconds_max: IDLE_SECONDS_MAX };
  }

  server.get(
    '/api/operators',
    PUBLIC,
    async (): Promise<OperatorView[]> => operators().map(({ opter, opter_name }) => ({ opter, opter_name })),
  );

  server.get('/api/session', PUBLIC, async (request) => {
    const opter = sessions.of(request)?.opter;
    return sessionView(operators().find((one) => one.opter === opter));
  });

  server.post<{ Body: Login }>(
    '/api/session',
    { ...PUBLIC, schema: { body: Login } },
    async (request, reply) => {
      const { opter, pin } = request.body;
      const operator = operators().find((one) => one.opter === opter);
      await pins.check(operator, pin);
      const view = sessionView(operator);
      if (operator) sessions.begin(request, reply, operator);
      return view;
    },
  );

  server.post('/api/session/end', async ({ session }, reply) => {
    if (session) sessions.end(reply, session);
    return {};
  });
}
