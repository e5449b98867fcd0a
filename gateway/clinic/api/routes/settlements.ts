import { setImmediate as afterOthers } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Paid } from '../../../../sync/contract/bodies/settlement.ts';
import { Refusal } from '../../../errors.ts';
import type { ApiParts } from '../parts.ts';
import { ConfirmDay, Reverse, Seq } from '../schemas.ts';
import { dayCloseView } from '../views/day-close.ts';
import { deskView, settledNow, settlementAt } from '../views/desk.ts';
import type { DayCloseView, TodayView } from '../views/types.ts';

/** What came out of an account goes back there, the rest as the doctor says. */
const refundOf = (paid: Paid[], way: Paid['way']): Paid[] =>
  paid.map((part) => ({ ...part, way: part.way === 'account' ? 'account' : way }));

/** Records opened before others have their turn: some milliseconds. */
const OPENED_AT_ONCE = 20;

type OfOne = { Params: { seq: number } };

/** What has been settled: one, another copy of its slip, taking it back; the day, and what it came to. */
export function settlementRoutes(server: FastifyInstance, parts: ApiParts): void {
  const { desk, ledger, pins } = parts;
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
      const { request, reason, refund_way } = body;
      const refund = refundOf(settlementAt(ledger, params.seq).paid, refund_way);
      ledger.reverse({ operator: opter, request, seq: params.seq, reason, refund, day: desk.today() });
      return settledNow(parts, params.seq);
    },
  );

  server.get('/api/today', async (): Promise<TodayView> => {
    const day = desk.today();
    const list = ledger.settlements(day).filter(({ reverses }) => reverses === null);
    const settlements: TodayView['settlements'] = [];
    for (const { seq } of list.reverse()) {
      settlements.push(settledNow(parts, seq));
      // Each opens a record: devices and other pages go on meanwhile.
      if (settlements.length % OPENED_AT_ONCE === 0) await afterOthers();
    }
    const close = ledger.dayClose(day);
    const closed = close && { ...dayCloseView(close.body), stale: close.stale };
    return { day, closed, settlements };
  });

  server.post('/api/day-close', async ({ opter }): Promise<DayCloseView> => {
    return dayCloseView(ledger.closeDay(desk.today(), opter).body);
  });

  server.post<{ Body: ConfirmDay }>('/api/day', { schema: { body: ConfirmDay } }, async ({ body, opter }) => {
    const operator = desk.reference().operators.value.find((one) => one.opter === opter);
    if (!operator) throw new Refusal('LOGIN_NEEDED');
    await pins.check(operator, body.pin);
    ledger.confirmDay(body.day, opter);
    return deskView(parts);
  });
}
