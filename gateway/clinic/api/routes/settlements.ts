import { setImmediate as afterOthers } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../errors.ts';
import { refundOf } from '../../visit/payment.ts';
import type { ApiParts } from '../parts.ts';
import { CloseDay, ConfirmDay, Reverse, Seq, SlipAnswer } from '../schemas.ts';
import { dayCloseView, paidSoFar, unclosedBefore } from '../views/day-close.ts';
import { deskView, settledNow, settledOrNull, settlementAt } from '../views/desk.ts';
import type { DayCloseView, TodayView } from '../views/types.ts';

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

  server.post<OfOne & { Body: SlipAnswer }>(
    '/api/settlements/:seq/slip',
    { schema: { params: Seq, body: SlipAnswer } },
    async ({ params, body: { copy, printed } }) => {
      ledger.answerPrint(params.seq, copy, printed);
      parts.printWanted();
      return deskView(parts);
    },
  );

  server.post<OfOne & { Body: Reverse }>(
    '/api/settlements/:seq/reverse',
    { schema: { params: Seq, body: Reverse } },
    async ({ params, body, opter }) => {
      const { request, reason, refund_way } = body;
      const refund = refundOf(settlementAt(ledger, params.seq).paid, refund_way);
      ledger.reverse({ operator: opter, request, seq: params.seq, reason, refund, day: desk.today() });
      parts.printWanted();
      return settledNow(parts, params.seq);
    },
  );

  server.get('/api/today', async (): Promise<TodayView> => {
    const day = desk.today();
    const rows = ledger.settlements(day);
    const list = rows.filter(({ reverses }) => reverses === null);
    const here = new Set(list.map(({ seq }) => seq));
    const settlements: TodayView['settlements'] = [];
    const unreadable: TodayView['unreadable'] = [];
    for (const { seq } of list.reverse()) {
      const settled = settledOrNull(parts, seq);
      if (settled) settlements.push(settled);
      else unreadable.push(seq);
      // Each opens a record: devices and other pages go on meanwhile.
      if (settlements.length % OPENED_AT_ONCE === 0) await afterOthers();
    }
    const close = ledger.dayClose(day);
    const closed = close && { ...dayCloseView(close.body), stale: close.stale };
    const ofOtherDays = rows.flatMap(({ reverses }) =>
      reverses === null || here.has(reverses) ? [] : reverses,
    );
    const back = ofOtherDays.flatMap((seq) => settledOrNull(parts, seq) ?? []);
    const unclosed = unclosedBefore(ledger, day);
    return { day, closed, unclosed, paid: paidSoFar(settlements, back), settlements, unreadable };
  });

  server.post<{ Body: CloseDay }>(
    '/api/day-close',
    { schema: { body: CloseDay } },
    async ({ body, opter }): Promise<DayCloseView> => {
      const { day = desk.today() } = body;
      // Of another day only what is on record: nothing is signed for a day that has not come.
      if (day !== desk.today() && ledger.settlements(day).length === 0) throw new Refusal('NOT_FOUND', day);
      return dayCloseView(ledger.closeDay(day, opter).body);
    },
  );

  server.post<{ Body: ConfirmDay }>('/api/day', { schema: { body: ConfirmDay } }, async ({ body, opter }) => {
    const operator = desk.reference().operators.value.find((one) => one.opter === opter);
    if (!operator) throw new Refusal('LOGIN_NEEDED');
    await pins.check(operator, body.pin);
    ledger.confirmDay(body.day, opter);
    return deskView(parts);
  });
}
