import type { Objection } from '../../sync/contract/messages.ts';
import { isReversal, isSettlement } from '../../sync/contract/record.ts';
import { isObjectionCode } from '../../sync/objection-codes.ts';
import { errorWords } from '../errors.ts';
import type { LedgerDeliveries, LedgerReader } from '../ledger/index.ts';

/** What the township objects to, as the doctor reads it. */

interface ObjectionWords {
  /** As the township signed it, also when this release does not know it. */
  code: string;
  number: number;
  text: string;
  /** The township's own words (English) where there are no others. */
  said?: string;
}

const SAID_CHARACTERS_MAX = 200;
/** Controls, and what changes the direction of text: whoever signs, a page shows plain words. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function objectionWords({ code, text }: Pick<Objection, 'code' | 'text'>): ObjectionWords {
  if (isObjectionCode(code)) return errorWords(code);
  const said = `${code}: ${text}`.replace(UNPRINTABLE, ' ').slice(0, SAID_CHARACTERS_MAX);
  return { ...errorWords('OBJECTION_UNKNOWN'), code, said };
}

/** Does the township take nothing more from this box? */
export const isRevoked = ({ standingObjections }: Pick<LedgerDeliveries, 'standingObjections'>): boolean =>
  standingObjections().some(({ code }) => code === 'BOX_REVOKED');

type Read = Pick<LedgerDeliveries, 'standingObjections'> & Pick<LedgerReader, 'record'>;

/** To a settlement, or to what takes it back. */
export const objectionsTo = ({ standingObjections }: Read, seqs: readonly number[]): ObjectionWords[] =>
  standingObjections()
    .filter(({ seq }) => seqs.includes(seq))
    .map(objectionWords);

const ABOUT_MAX = 3;

/** One for each code, with the visits that it is about: `刘建国 11 月 28 日 26.34 元`. */
export function objectionNotices(ledger: Read): (ObjectionWords & { about: string })[] {
  const byCode = Map.groupBy(ledger.standingObjections(), ({ code }) => code);
  return [...byCode.values()].map((alike) => {
    const [first] = alike as [Objection];
    const records = alike.map(({ seq }) => seq).filter((seq) => seq > 0);
    const more = records.length > ABOUT_MAX ? ` 等 ${records.length} 笔` : '';
    const named = records.slice(0, ABOUT_MAX).map((seq) => nameOf(ledger, seq));
    return { ...objectionWords(first), about: named.join('、') + more };
  });
}

function nameOf(ledger: Read, seq: number): string {
  const record = ledger.record(seq);
  if (isReversal(record)) return `${nameOf(ledger, record.body.of.seq)}（撤销）`;
  if (!isSettlement(record)) return `第 ${seq} 号记录`;
  const { psn, setl_date, answer } = record.body;
  const [, month, day] = setl_date.split('-').map(Number);
  const amount = answer.outcome === 'payable' ? ` ${answer.setlinfo.medfee_sumamt} 元` : '';
  return `${psn.psn_name} ${month} 月 ${day} 日${amount}`;
}
