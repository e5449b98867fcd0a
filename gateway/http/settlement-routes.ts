import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';
import { deskView, settledNow } from './desk-view.ts';
import type { ApiParts } from './parts.ts';
import type { Sessions } from './session.ts';
import { ConfirmDay, Reverse, Seq } from './shapes.ts';
import type { DayCloseView, TodayView } from './views.ts';

type OfOne = { Params: { seq: number } };

/** What has been settled: one, another copy of its slip, taking it back; the day, and what it came to. */
export function settlementRoutes(server: FastifyInstance, parts: ApiParts & { sessions: Sessions }): void {
  const { desk, ledger } = parts;
  const seq = { schema: { params: Seq } };

  server.get<OfOne>('/api/settlements/:seq', seq, async ({ params }) => settledNow(parts, params.seq));

  server.post<OfOne>('/api/settlements/:seq/reprint', seq, async ({ params }) => {
    settledNow(parts, params.seq);
    ledger.addReprint(params.seq);
    parts.printWanted();
    return settledNow(parts, params.seq);
  });

  server.post<OfOne & { Body: Reverse }>(
    '/api/settlements/:seq/reverse',
    { schema: { params: Seq, body: Reverse } },
    async ({ params, body, opter }) => {
      const { psn_part_amt } = settledNow(parts, params.seq);
      const { request, reason, refund_way } = body;
      const refund = [{ way: refund_way, amount: psn_part_amt }].filter(({ amount }) => amount !== '0.00');
      ledger.reverse({ operator: opter, request, seq: params.seq, reason, refund, day: desk.today() });
      return settledNow(parts, params.seq);
    },
  );

  server.get('/api/today', async (): Promise<TodayView> => {
    const day = desk.today();
    const list = ledger.settlements(day).filter(({ reverses }) => reverses === null);
    return { day, settlements: list.map(({ seq }) => settledNow(parts, seq)).reverse() };
  });

  server.post('/api/day-close', async ({ opter }): Promise<DayCloseView> => {
    const { day, visits, medfee_sumamt, fund_pay_sumamt, psn_part_amt } = ledger.closeDay(
      desk.today(),
      opter,
    ).body;
    return { day, visits, medfee_sumamt, fund_pay_sumamt, psn_part_amt };
  });

  server.post<{ Body: ConfirmDay }>('/api/day', { schema: { body: ConfirmDay } }, async ({ body, opter }) => {
    const operator = desk.reference().operators.value.find((one) => one.opter === opter);
    if (!operator) throw new Refusal('LOGIN_NEEDED');
    await parts.sessions.login(operator, body.pin);
    ledger.confirmDay(body.day, opter);
    return deskView(parts);
  });
}
