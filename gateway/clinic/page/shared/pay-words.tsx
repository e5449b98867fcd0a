/** How money passes between doctor and person, in the words that are said aloud. */
import type { Payment } from '../../api/views/types.ts';

type Words = Record<Payment['way'], [before: string, after: string]>;

const DUE: Words = { cash: ['收现金 ', ' 元'], code: ['扫码收 ', ' 元'], owed: ['先欠着 ', ' 元'] };
const BACK: Words = { cash: ['退现金 ', ' 元'], code: ['扫码退 ', ' 元'], owed: ['没收过 ', ' 元，不用退'] };

const textOf = (words: Words, none: string, payments: Payment[]): string =>
  payments.map(({ way, amount }) => words[way].join(amount)).join('，') || none;

/** 收现金 11.42 元 / 先欠着 30.55 元 / 不用收钱 */
export const dueText = (due: Payment[]): string => textOf(DUE, '不用收钱', due);

/** 退现金 11.42 元 / 没收过 30.55 元，不用退 / 不用退钱 */
export const refundText = (refund: Payment[]): string => textOf(BACK, '不用退钱', refund);

/** As `dueText`, the amount by itself for the largest type. */
export function Due({ due }: { due: Payment[] }) {
  if (due.length === 0) return <b data-test="due">不用收钱</b>;
  return (
    <>
      {due.map(({ way, amount }) => (
        <span key={way} data-way={way}>
          {DUE[way][0]}
          <b data-test="due">{amount}</b>
          {DUE[way][1]}
        </span>
      ))}
    </>
  );
}
