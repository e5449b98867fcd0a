import { fundByLine, sentences } from '../../../policy/index.ts';
import type { Paid, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import { isReversal, isSettlement, type LedgerRecord } from '../../../sync/contract/record.ts';
import type { SlipProof } from '../../../sync/contract/slip-proof.ts';
import { signJws } from '../../../sync/record/jws.ts';
import type { SigningKey } from '../../../sync/record/keys.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { doctorText, type ErrorCode, Refusal } from '../../errors.ts';
import { type Payment, paymentsOf } from '../visit/payment.ts';
import { maskCertno } from '../visit/person.ts';

/** What a slip can show of `setlinfo`: amounts in yuan with two places. */
interface SlipAmounts {
  medfee_sumamt: string;
  fulamt_ownpay_amt: string;
  overlmt_selfpay: string;
  preselfpay_amt: string;
  inscp_scp_amt: string;
  /** A ratio with four places: 0.6000. */
  pool_prop_selfpay: string;
  hifp_pay: string;
  cvlserv_pay: string;
  hifes_pay: string;
  hifmi_pay: string;
  hifob_pay: string;
  maf_pay: string;
  oth_pay: string;
  fund_pay_sumamt: string;
  hosp_part_amt: string;
  psn_part_amt: string;
  acct_pay: string;
  psn_cash_pay: string;
}

export interface SlipItem {
  name: string;
  spec: string;
  cnt: string;
  unit: string;
  det_item_fee_sumamt: string;
  /** What the funds paid of this line. */
  fund: string;
}

/** What stands at the head and the foot of every slip. */
export interface SlipFrame {
  fixmedins_name: string;
  /** Day it is booked on, YYYY-MM-DD, and time, HH:MM, in China Standard Time. */
  date: string;
  time: string;
  psn_name: string;
  /** Never the whole number: a slip lies about. */
  certno_masked: string;
  operator: string;
  record: { ledger: string; seq: number };
  /** 0 is the original, n the n-th copy. */
  reprint: number;
  demo: boolean;
}

/** The slip of a settlement: made from its record, a copy number, and whether it was taken back. */
export interface SlipContent extends SlipAmounts, SlipFrame {
  /** How the person paid what no account did; none for nothing. */
  paid: Payment[];
  /** The reversal that took it back: seq, and the day it is booked on. */
  reversal: { seq: number; date: string } | null;
  items: SlipItem[];
  /** What may still be paid in the year of the visit, after it. */
  left: { title: string; amount: string }[];
  /** Whole sentences: what was refused or limited, why the visit was self-paid. */
  notes: string[];
  /** ASCII; empty for none. */
  qr: string;
}

/** The slip of a reversal: from its record, and that of the settlement that it takes back. */
export interface ReversalContent extends SlipFrame {
  /** What is taken back. */
  of: { seq: number; date: string };
  medfee_sumamt: string;
  fund_pay_sumamt: string;
  psn_part_amt: string;
  /** How the money goes back, by way. */
  refund: Paid[];
  reason: string;
}

interface SlipFacts {
  record: LedgerRecord;
  /** The record's own bytes: what the QR speaks of. */
  jws: string;
  copy: number;
  fixmedins_name: string;
  operatorName: string;
  signing: SigningKey;
  demo: boolean;
  reversal: SlipContent['reversal'];
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/**
 * What the QR on the slip says: enough to hold the paper against the record, and nobody's name.
 * docs/record.md §6
 */
function proofOf(record: LedgerRecord, jws: string, body: SettlementBody, key: SigningKey): string {
  const { ledger, seq } = record;
  const { medfee_sumamt: sum, fund_pay_sumamt: fund, psn_part_amt: psn } = amountsOf(body);
  const hash = recordHash(jws);
  const proof: SlipProof = { v: 1, ledger, seq, hash, day: body.setl_date, sum, fund, psn };
  return signJws('cyt-slip+jws', proof, key);
}

function amountsOf({ answer }: SettlementBody) {
  if (answer.outcome !== 'payable') throw new Refusal('INTERNAL', 'a settlement without a price');
  return answer.setlinfo;
}

/** Why something was not paid: the first sentence of the trace only repeats the three numbers. */
function notesOf(body: SettlementBody): string[] {
  const denied = deniedNotes(body);
  if (body.self_pay_reason === 'AUDIT_DENIED') return denied;
  if (body.self_pay_reason) return [doctorText(body.self_pay_reason as ErrorCode)];
  return [...denied, ...(body.trace ? sentences(body.trace).total.slice(1) : [])];
}

/** What the audit kept from being paid, by name. */
function deniedNotes({ findings, lines }: SettlementBody): string[] {
  const names = new Map(lines.map(({ feedetl_sn, hilist_name }) => [feedetl_sn, hilist_name]));
  return findings
    .filter(({ severity }) => severity === 'deny')
    .map(({ vola_cont, judge_result_detail_dtos: about }) => {
      const items = about.map(({ rx_id }) => names.get(rx_id)).join('、');
      return `${items === '' ? '' : `${items}：`}${vola_cont}医保没有报。`;
    });
}

/** The slip of a settlement, from its record alone and a copy number: a reprint years later says the same. */
export function slipContent(facts: SlipFacts): SlipContent {
  const { record, jws, signing, reversal } = facts;
  if (!isSettlement(record)) throw new Refusal('INTERNAL', `a slip of record ${record.seq}`);
  const { body } = record;
  const amounts = amountsOf(body);
  const paid = body.answer.outcome === 'payable' ? fundByLine(body.answer) : new Map<string, string>();
  const lines = new Map(body.lines.map((line) => [line.feedetl_sn, line]));
  return {
    ...amounts,
    ...frameOf(facts, body.psn, body.setl_date),
    paid: paymentsOf(body.paid),
    reversal,
    items: body.claim.items.map(({ feedetl_sn, cnt, det_item_fee_sumamt }) => ({
      name: lines.get(feedetl_sn)?.hilist_name ?? '',
      spec: lines.get(feedetl_sn)?.spec ?? '',
      unit: lines.get(feedetl_sn)?.unit ?? '',
      cnt,
      det_item_fee_sumamt,
      fund: paid.get(feedetl_sn) ?? '0.00',
    })),
    left: body.left,
    notes: notesOf(body),
    // What was taken back has nothing to prove.
    qr: reversal === null ? proofOf(record, jws, body, signing) : '',
  };
}

/** The slip of a reversal, from its record and that of the settlement it takes back. */
export function reversalContent(facts: SlipFacts, settlement: LedgerRecord | null): ReversalContent {
  const { record } = facts;
  if (!isReversal(record) || !isSettlement(settlement))
    throw new Refusal('INTERNAL', `a slip of record ${record.seq}`);
  const { day, reason, refund, of, setl_date } = record.body;
  const { medfee_sumamt, fund_pay_sumamt, psn_part_amt } = amountsOf(settlement.body);
  return {
    ...frameOf(facts, settlement.body.psn, day),
    of: { seq: of.seq, date: setl_date },
    ...{ medfee_sumamt, fund_pay_sumamt, psn_part_amt },
    refund,
    reason,
  };
}

function frameOf(
  { record, copy, fixmedins_name, operatorName, demo }: SlipFacts,
  { psn_name, certno }: SettlementBody['psn'],
  date: string,
): SlipFrame {
  return {
    fixmedins_name,
    date,
    time: new Date(Date.parse(record.at) + CHINA_OFFSET_MS).toISOString().slice(11, 16),
    psn_name,
    certno_masked: maskCertno(certno),
    operator: operatorName,
    record: { ledger: record.ledger, seq: record.seq },
    reprint: copy,
    demo,
  };
}
