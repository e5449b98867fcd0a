import Type, { type Static } from 'typebox';
import { shapeOf } from '../../contract/shape.ts';
import type { LedgerRecord } from '../../record/record.ts';

/** What the township reads out of a record: money by day, what each bucket gained, and what does not add up. */

const yuan = Type.String({ pattern: '^(0|[1-9]\\d{0,11})\\.\\d\\d$' });
const amount = Type.String({ pattern: '^-?(0|[1-9]\\d{0,11})(\\.\\d\\d)?$' });
/** As long as a record lets it be: a validator counts code points for a limit, which would cost more than everything else here. */
const short = Type.String();

const PutEntry = Type.Object({
  scope: Type.Union([Type.Literal('person'), Type.Literal('clinic')]),
  insutype: short,
  poolarea: short,
  bucket: short,
  period: short,
  amount,
});

const puts = Type.Array(PutEntry, { maxItems: 200 });

const SetlInfo = Type.Object({
  medfee_sumamt: yuan,
  fulamt_ownpay_amt: yuan,
  overlmt_selfpay: yuan,
  preselfpay_amt: yuan,
  inscp_scp_amt: yuan,
  fund_pay_sumamt: yuan,
  hosp_part_amt: yuan,
  psn_part_amt: yuan,
  acct_pay: yuan,
  psn_cash_pay: yuan,
});

const Settlement = Type.Object({
  setl_id: short,
  setl_date: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
  psn: Type.Object({ psn_no: Type.Union([short, Type.Null()]) }),
  answer: Type.Object({ setlinfo: SetlInfo }),
  put: puts,
  datasets: Type.Object({
    bundle: Type.Union([
      Type.Null(),
      Type.Object({ name: short, version: Type.Integer(), sha256: Type.String({ maxLength: 64 }) }),
    ]),
  }),
  paid: Type.Array(Type.Object({ way: short, amount: yuan }), { maxItems: 20 }),
});

const Reversal = Type.Object({
  setl_id: short,
  of: Type.Object({ seq: Type.Integer({ minimum: 1 }), hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
  put: puts,
});

export type PutEntry = Static<typeof PutEntry>;
export type Settlement = Static<typeof Settlement>;
export type Reversal = Static<typeof Reversal>;

export const asSettlement = shapeOf<Settlement>(Settlement, 'settlement');
export const asReversal = shapeOf<Reversal>(Reversal, 'reversal');

/** Only version 1 of these two kinds moves money; everything else is held. */
export const movesMoney = ({ v, kind }: LedgerRecord) =>
  v === 1 && (kind === 'settlement' || kind === 'reversal');

/** `12.34` → 1234 fen; `2` → a count. */
export function amountOf(text: string): { unit: 'fen' | 'count'; amount: number } {
  return text.includes('.')
    ? { unit: 'fen', amount: Number(text.replace('.', '')) }
    : { unit: 'count', amount: Number(text) };
}

export const fenOf = (text: string) => amountOf(text).amount;

/** Findings about a settlement's own amounts: spec/adjudication's identities, and what was paid. */
export function amountFindings({ answer: { setlinfo: s }, paid }: Settlement): string[] {
  const sum = (...parts: string[]) => parts.reduce((total, part) => total + fenOf(part), 0);
  const wrong: string[] = [];
  const expect = (what: string, whole: string, ...parts: string[]) => {
    if (fenOf(whole) !== sum(...parts)) wrong.push(what);
  };
  const { medfee_sumamt: medfee, psn_part_amt: part } = s;
  expect(
    'medfee_sumamt by scope',
    medfee,
    s.fulamt_ownpay_amt,
    s.overlmt_selfpay,
    s.preselfpay_amt,
    s.inscp_scp_amt,
  );
  expect('medfee_sumamt by payer', medfee, s.fund_pay_sumamt, s.hosp_part_amt, part);
  expect('psn_part_amt by purse', part, s.acct_pay, s.psn_cash_pay);
  expect('psn_part_amt by way of payment', part, ...paid.map((way) => way.amount));
  return wrong;
}
