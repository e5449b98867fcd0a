import type { Finding } from '../../../policy/index.ts';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { certnoForm } from '../../../sync/contract/identity-number.ts';
import { doctorText } from '../../errors.ts';
import { sameName } from './name.ts';
import type { Subject, Visitor } from './person.ts';
import { numbersOf } from './roster-index.ts';

/**
 * What a card says against the roster and the calendar: another name under the same number, which the doctor
 * confirms, and a validity that has ended, which is told; and that the roster has another person now than
 * when the visit was opened. None changes the price; all are kept in the record beside what the rules find.
 * `today`: null while nobody knows what day it is, and then nothing is said of validity.
 */
export function identityFindings({ visitor, person }: Subject, today: string | null): Finding[] {
  const { credential } = visitor;
  const findings: Finding[] = [];
  if (person && isChanged(visitor, person)) {
    const [before, now] = [visitor, person].map(told);
    findings.push(finding('PERSON_CHANGED', `原来是${before}，现在是${now}。`, `${before} -> ${now}`));
  }
  if (!credential) return findings;
  const { psn_name, expiry } = credential;
  if (person && !sameName(psn_name, person.psn_name)) {
    const names = `卡上写的是“${psn_name}”，名册上是“${person.psn_name}”。`;
    findings.push(finding('PERSON_NAME_DIFFERS', names, `card: ${psn_name}, roster: ${person.psn_name}`));
  }
  if (today !== null && expiry !== null && expiry < today)
    findings.push(finding('CREDENTIAL_EXPIRED', `有效期到 ${expiry}。`, `expiry: ${expiry}, day: ${today}`));
  return findings;
}

/** Of somebody with a card the roster gave the number alone; of somebody picked there, everything. */
function isChanged(visitor: Visitor, person: Person): boolean {
  if (visitor.credential) return !numbersOf(person).includes(certnoForm(visitor.certno));
  return told(visitor) !== told(person) || visitor.certno !== person.certno;
}

const told = ({ psn_name, gend, brdy, certno }: Visitor | Person): string =>
  `“${psn_name}”（${GENDER[gend] ?? ''}${brdy}，证件号末四位 ${certno.slice(-4)}）`;

const GENDER: Record<string, string> = { '1': '男，', '2': '女，' };

const KINDS = {
  PERSON_CHANGED: {
    rule_name: '名册登记',
    vola_bhvr_type: '登记变更',
    severity: 'remind',
    sev_deg: '3',
  },
  PERSON_NAME_DIFFERS: {
    rule_name: '证件姓名',
    vola_bhvr_type: '冒名就医',
    severity: 'confirm',
    sev_deg: '2',
  },
  CREDENTIAL_EXPIRED: {
    rule_name: '证件有效期',
    vola_bhvr_type: '证件过期',
    severity: 'remind',
    sev_deg: '3',
  },
} as const;

function finding(code: keyof typeof KINDS, facts: string, vola_evid: string): Finding {
  return {
    jr_id: `${code}-1`,
    rule_id: code,
    ...KINDS[code],
    vola_cont: `${facts}${doctorText(code)}`,
    vola_amt: '0.00',
    vola_amt_stas: '0',
    vola_evid,
    judge_result_detail_dtos: [],
    source: '',
    missing: false,
  };
}
