import Type, { type Static } from 'typebox';
import { PolicyAmount, Ratio, Yuan } from '../amounts.ts';
import { Day, DayIfKnown } from '../ids.ts';
import { nullable, oneOf, open, Text } from '../schema.ts';
import { Fund, Setlinfo, Warning } from './answer.ts';

/** Why a visit costs what it costs, as `policy` explains it: the slip's sentences are made from it. */

const Period = oneOf('visit', 'day', 'month', 'quarter', 'year');

const TraceItem = open({
  feedetl_sn: Text,
  list_type: Text,
  chrgitm_lv: Text,
  total: Yuan,
  own: Yuan,
  over: Yuan,
  pre: Yuan,
  inscp: Yuan,
  pool_pay: Yuan,
});

const TraceLine = open({
  feedetl_sn: Text,
  base: Yuan,
  deductible: Yuan,
  rate: Ratio,
  paid: Yuan,
  /** What goes on to the next stage that matches. */
  open: Yuan,
});

const TraceDeductible = open({
  bucket: Text,
  title: Text,
  period: Period,
  amount: PolicyAmount,
  used: PolicyAmount,
  taken: Yuan,
});

const TraceLimit = open({
  bucket: Text,
  title: Text,
  source: Text,
  period: Period,
  /** The limit is a count, not yuan. */
  times: Type.Boolean(),
  bound: PolicyAmount,
  used: PolicyAmount,
  room: PolicyAmount,
  leased: Type.Boolean(),
  /** When it is used up: the first day of its period, and the day it starts again. */
  spent: nullable(open({ since: Day, again: Day })),
});

const TraceStage = open({
  id: Text,
  title: Text,
  source: Text,
  kind: oneOf('rate', 'fixed', 'bands'),
  fund: Fund,
  did: oneOf('paid', 'no_room', 'no_item', 'when'),
  base: Yuan,
  gross: Yuan,
  paid: Yuan,
  limited_by: nullable(Text),
  deductible: nullable(TraceDeductible),
  limits: Type.Array(TraceLimit),
  lines: Type.Array(TraceLine),
  parts: Type.Array(oneOf('inscp', 'pre', 'over', 'own')),
  rate: nullable(Ratio),
  bands: nullable(open({ threshold: PolicyAmount, carried: PolicyAmount })),
});

const TraceBudget = open({
  bucket: Text,
  title: Text,
  source: Text,
  period: Period,
  on_exhausted: oneOf('warn', 'refuse', 'provider_bears'),
  amount: PolicyAmount,
  used: PolicyAmount,
  counted: Yuan,
  borne: Yuan,
  again: Day,
});

export const Trace = open({
  outcome: oneOf('payable', 'refused', 'error'),
  code: nullable(Text),
  why: nullable(oneOf('day', 'insutype', 'place')),
  bundle: nullable(
    open({
      name: Text,
      version: Type.Integer(),
      title: Text,
      begndate: Day,
      enddate: Day,
      sources: Type.Array(Text),
    }),
  ),
  setl_date: DayIfKnown,
  items: Type.Array(TraceItem),
  stages: Type.Array(TraceStage),
  budget: nullable(TraceBudget),
  setlinfo: nullable(Setlinfo),
  warnings: Type.Array(Warning),
});
export type Trace = Static<typeof Trace>;
