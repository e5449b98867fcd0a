import type { Finding } from '../../../policy/index.ts';
import { doctorText } from '../../errors.ts';
import { sameName } from './name.ts';
import type { Subject } from './person.ts';

/**
 * What a card says against the roster and the calendar: another name under the same number, which the doctor
 * confirms, and a validity that has ended, which is told. Neither changes the price; both are kept in the
 * record beside what the rules of the bundle find.
 * `today`: null while nobody knows what day it is, and then nothing is said of validity.
 */
export function identityFindings({ visitor, person }: Subject, today: string | null): Finding[] {
  const { credential } = visitor;
  if (!credential) return [];
  const { psn_name, expiry } = credential;
  const findings: Finding[] = [];
  if (person && !sameName(psn_name, person.psn_name)) {
    const names = `卡上写的是“${psn_name}”，名册上是“${person.psn_name}”。`;
    findings.push(finding('PERSON_NAME_DIFFERS', names, `card: ${psn_name}, roster: ${person.psn_name}`));
  }
  if (today !== null && expiry !== null && expiry < today)
    findings.push(finding('CREDENTIAL_EXPIRED', `有效期到 ${expiry}。`, `expiry: ${expiry}, day: ${today}`));
  return findings;
}

const KINDS = {
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
