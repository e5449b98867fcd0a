import { sentences } from '../../../policy/index.ts';
import type { SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import { isSettlement, type LedgerRecord } from '../../../sync/contract/record.ts';
import type { SlipProof } from '../../../sync/contract/slip-proof.ts';
import { signJws } from '../../../sync/record/jws.ts';
import type { SigningKey } from '../../../sync/record/keys.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { doctorText, type ErrorCode, Refusal } from '../../errors.ts';
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

/** All that stands on the paper: made from the settlement's record and a copy number, nothing else. */
export interface SlipContent extends SlipAmounts {
  fixmedins_name: string;
  /** Day of the visit, YYYY-MM-DD, and time, HH:MM, in China Standard Time. */
  date: string;
  time: string;
  psn_name: string;
  /** Never the whole number: a slip lies about. */
  certno_masked: string;
  operator: string;
  items: SlipItem[];
  /** What may still be paid in the year of the visit, after it. */
  left: { title: string; amount: string }[];
  /** Whole sentences: what was refused or limited, why the visit was self-paid. */
  notes: string[];
  record: { ledger: string; seq: number };
  /** ASCII; empty for none. */
  qr: string;
  /** 0 is the original, n the n-th copy. */
  reprint: number;
  demo: boolean;
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
  const { record, jws, copy, fixmedins_name, operatorName, signing, demo } = facts;
  if (!isSettlement(record)) throw new Refusal('INTERNAL', `a slip of record ${record.seq}`);
  const { body } = record;
  const amounts = amountsOf(body);
  const paid = new Map(
    body.answer.outcome === 'payable' ? body.answer.items.map((i) => [i.feedetl_sn, i.pool_pay]) : [],
  );
  const lines = new Map(body.lines.map((line) => [line.feedetl_sn, line]));
  return {
    ...amounts,
    fixmedins_name,
    date: body.setl_date,
    time: new Date(Date.parse(record.at) + CHINA_OFFSET_MS).toISOString().slice(11, 16),
    psn_name: body.psn.psn_name,
    certno_masked: maskCertno(body.psn.certno),
    operator: operatorName,
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
    record: { ledger: record.ledger, seq: record.seq },
    qr: proofOf(record, jws, body, signing),
    reprint: copy,
    demo,
  };
}
