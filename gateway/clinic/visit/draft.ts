import { birthOf, isIdentityNumber } from '../../../drivers/gb11643.ts';
import { type ClaimItem, lineFee, readTraceCode } from '../../../policy/index.ts';
import type { Diagnosis, SettlementBody, SettlementLine } from '../../../sync/contract/bodies/settlement.ts';
import type { CatalogueItem } from '../../../sync/contract/datasets/catalogue.ts';
import { numberText } from '../../../sync/contract/text-form.ts';
import { known } from '../../known.ts';
import { isBetween } from '../decimal.ts';
import type { Draft } from './draft-shape.ts';
import type { VisitErrorCode } from './errors.ts';
import { CNT_BELOW, PRD_DAYS_MAX } from './limits.ts';
import type { Reference } from './reference.ts';

/** Lines in one settlement, at most. */
const ITEMS_MAX = 50;

/** What must be mended before anything can be settled; `line` counts from 0, null = the visit as a whole. */
interface Problem {
  code: VisitErrorCode;
  line: number | null;
}

/** The doctor's entries as the claim and the record need them. */
export interface Prescription {
  items: ClaimItem[];
  lines: SettlementLine[];
  diagnoses: Diagnosis[];
  problems: Problem[];
}

/** What has a price costs a fen at least: in pieces of a fen it would leave without a bill. */
const NOTHING = '0.00';
const CNT = /^(0|[1-9]\d{0,5})(\.\d{1,4})?$/;

function faultOfLine(entry: Draft['items'][number], item: CatalogueItem | undefined): VisitErrorCode | null {
  if (!item) return 'ITEM_UNKNOWN';
  if (!CNT.test(entry.cnt) || !isBetween(entry.cnt, 0, CNT_BELOW)) return 'ITEM_QUANTITY';
  const days = entry.prd_days;
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= PRD_DAYS_MAX))
    return 'ITEM_DAYS';
  if (isBetween(item.pric, 0, Infinity) && lineFee(entry.cnt, item.pric) === NOTHING) return 'ITEM_FEE_ZERO';
  return entry.drug_trac_codg?.some((text) => traceCodeOf(text) === null) ? 'TRACE_CODE_INVALID' : null;
}

/** A trace code in the form it has in the record; null for what is none, somebody's identity number too. */
export function traceCodeOf(text: string): string | null {
  const id = readTraceCode(text)?.id ?? null;
  return id !== null && isSomebodys(id) ? null : id;
}

/** No pack on sale was made before: 18 digits with an earlier day in them are somebody's number, misread. */
const OLDEST_PACK = '2015';

function isSomebodys(id: string): boolean {
  if (isIdentityNumber(id)) return true;
  const birth = /^[1-9]\d{16}[\dX]$/.test(id) ? birthOf(id) : null;
  return birth !== null && (id.endsWith('X') || (birth > '1900' && birth < OLDEST_PACK));
}

function claimItem(entry: Draft['items'][number], item: CatalogueItem, feedetl_sn: string): ClaimItem {
  return {
    feedetl_sn,
    med_list_codg: item.med_list_codg,
    list_type: item.list_type,
    chrgitm_lv: item.chrgitm_lv,
    cnt: entry.cnt,
    pric: item.pric,
    det_item_fee_sumamt: lineFee(entry.cnt, item.pric),
    ...known({ selfpay_prop: item.selfpay_prop, pric_uplmt_amt: item.pric_uplmt_amt }),
    tags: item.tags,
  };
}

/** Looks every entry up in the catalogue in force. Lines with a problem are left out of `items`. */
export function prescriptionOf(draft: Draft, reference: Reference): Prescription {
  const result: Prescription = { items: [], lines: [], diagnoses: [], problems: [] };
  for (const [line, typed] of draft.items.entries()) {
    const entry = { ...typed, cnt: numberText(typed.cnt) };
    const item = reference.catalogue.value.get(entry.med_list_codg);
    const fault = faultOfLine(entry, item);
    if (fault || !item) {
      result.problems.push({ code: fault ?? 'ITEM_UNKNOWN', line });
      continue;
    }
    const feedetl_sn = String(line + 1);
    result.items.push(claimItem(entry, item, feedetl_sn));
    const { hilist_name, spec, unit } = item;
    const { prd_days, trdn_flag } = entry;
    const drug_trac_codg = entry.drug_trac_codg?.flatMap((text) => traceCodeOf(text) ?? []);
    result.lines.push(known({ feedetl_sn, hilist_name, spec, unit, prd_days, drug_trac_codg, trdn_flag }));
  }
  for (const { diag_code } of draft.diagnoses) addDiagnosis(result, diag_code, reference);
  if (draft.items.length === 0) result.problems.push({ code: 'NO_ITEMS', line: null });
  if (draft.items.length > ITEMS_MAX) result.problems.push({ code: 'TOO_MANY_ITEMS', line: null });
  return result;
}

function addDiagnosis(result: Prescription, diag_code: string, reference: Reference): void {
  const found = reference.diagnoses.value.get(diag_code);
  if (!found) result.problems.push({ code: 'DIAGNOSIS_UNKNOWN', line: null });
  else {
    const { diag_name, dise_codg } = found;
    result.diagnoses.push(known({ diag_code, diag_name, dise_codg }));
  }
}

/** 照上次开: what was prescribed before, as if it were typed again. */
export interface LastDraft {
  draft: Draft;
  /** Names of what was left out, since the lists in force have it no longer. */
  gone: string[];
}

export function draftOf(
  { claim, lines, diagnoses }: SettlementBody,
  lists: Pick<Reference, 'catalogue' | 'diagnoses'>,
): LastDraft {
  const lineOf = new Map(lines.map((line) => [line.feedetl_sn, line]));
  const isListed = ({ med_list_codg }: ClaimItem) => lists.catalogue.value.has(med_list_codg);
  const isKnown = ({ diag_code }: Diagnosis) => lists.diagnoses.value.has(diag_code);
  return {
    draft: {
      diagnoses: diagnoses.filter(isKnown).map(({ diag_code }) => ({ diag_code })),
      items: claim.items
        .filter(isListed)
        .map(({ med_list_codg, cnt, feedetl_sn }) =>
          known({ med_list_codg, cnt, prd_days: lineOf.get(feedetl_sn)?.prd_days }),
        ),
    },
    gone: [
      ...diagnoses.filter((one) => !isKnown(one)).map(({ diag_name }) => diag_name),
      ...claim.items
        .filter((item) => !isListed(item))
        .map(({ feedetl_sn, med_list_codg }) => lineOf.get(feedetl_sn)?.hilist_name ?? med_list_codg),
    ],
  };
}
