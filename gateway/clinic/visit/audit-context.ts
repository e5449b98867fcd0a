import type { AuditContext } from '../../../policy/index.ts';
import type { SettlementLine } from '../../../sync/contract/bodies/settlement.ts';
import type { CatalogueItem } from '../../../sync/contract/datasets/catalogue.ts';
import type { Clinic } from '../../../sync/contract/datasets/clinic.ts';
import type { Operator } from '../../../sync/contract/datasets/operators.ts';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { known } from '../../known.ts';
import { dailyDose } from '../decimal.ts';
import type { Prescription } from './draft.ts';
import type { History } from './history.ts';
import type { Visitor } from './person.ts';

const MINUTE_MS = 60_000;

export interface AuditFacts {
  visitor: Visitor;
  person: Person;
  operator: Operator | null;
  clinic: Clinic;
  catalogue: ReadonlyMap<string, CatalogueItem>;
  prescription: Prescription;
  history: History;
  /** Epoch milliseconds, as the ledger takes the time to be. */
  now: number;
}

/** Everything the gateway knows that a rule may ask. What is unknown is absent, and the rule reports that. */
export function auditContext(facts: AuditFacts): AuditContext {
  const { visitor, person, operator, clinic, catalogue, prescription, history, now } = facts;
  const { credential } = visitor;
  const past = history.of(person.psn_no);
  const pace = history.pace(now, operator?.opter ?? null);
  const codes = prescription.lines.flatMap(({ drug_trac_codg }) => drug_trac_codg ?? []);
  const lists = { person: person.credit_list, doctor: operator?.credit_list, clinic: clinic.credit_list };
  return {
    person: known({
      psn_insu_stas: person.psn_insu_stas,
      surv_stas: person.surv_stas,
      paus_insu_date: person.paus_insu_date,
    }),
    // A name picked from the list proves nothing; a reader's SAM or a terminal does.
    identity: { method: credential?.mdtrt_cert_type ?? '', checked: credential !== null },
    lines: Object.fromEntries(
      prescription.items.map((item, i) => {
        const line = prescription.lines[i] as SettlementLine;
        return [item.feedetl_sn, lineFacts(item.cnt, line, catalogue.get(item.med_list_codg))];
      }),
    ),
    catalogue: Object.fromEntries(
      prescription.items.map(({ med_list_codg }) => [med_list_codg, entryOf(catalogue.get(med_list_codg))]),
    ),
    dispenses: past.flatMap(({ dispenses }) => dispenses),
    visits: past.map(({ setl_date, at_ms, medfee_sumamt }) => ({
      setl_date,
      minutes_ago: Math.max(0, Math.floor((now - at_ms) / MINUTE_MS)),
      medfee_sumamt,
    })),
    ...history.sold(codes),
    pace: known({ doctor_hour: operator ? pace.doctor : undefined, clinic_hour: pace.clinic }),
    lists: known(lists),
  };
}

function lineFacts(cnt: string, line: SettlementLine, item: CatalogueItem | undefined) {
  const { prd_days, drug_trac_codg, trdn_flag } = line;
  const each = item?.unit_dose;
  const daily_dose =
    each === undefined || prd_days === undefined ? undefined : dailyDose(each, cnt, prd_days);
  return known({ prd_days, daily_dose, drug_trac_codg, trdn_flag });
}

function entryOf(item: CatalogueItem | undefined) {
  const { gend, age_from, age_to, dise_codg, level } = item ?? {};
  const { lmt_used_flag, memo, max_daily_dose, trac_required, pack_units } = item ?? {};
  return known({
    gend,
    age_from,
    age_to,
    dise_codg,
    level,
    lmt_used_flag,
    memo,
    max_daily_dose,
    trac_required,
    pack_units,
  });
}
