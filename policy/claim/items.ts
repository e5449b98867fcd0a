/** The lines of a claim as columns of whole numbers. Source: docs/adjudication.md "Input: one claim". */

import { BAD, type Fen, MAX_CLAIM_FEN, ONE, type Rate, readDecimal, readMoney, SATURATED } from '../fen.ts';
import { isObject } from '../json.ts';

const MAX_ITEMS = 10_000;
/** The most tags of a line, and the most diseases, identities and diagnoses of a claim. */
const MAX_TEXTS = 100;
/** 甲, 乙, 丙: any other text would be priced as covered. */
const LEVELS = new Set(['01', '02', '03']);

/**
 * Columns, one entry a line: `cnt` in 10^-4, `pric` and `uplmt` in 10^-6 yuan (`uplmt` SATURATED: no
 * ceiling).
 */
export interface ReadItems {
  count: number;
  feedetl_sn: string[];
  med_list_codg: string[];
  list_type: string[];
  chrgitm_lv: string[];
  tags: string[][];
  cnt: number[];
  pric: number[];
  uplmt: number[];
  total: Fen[];
  prop: Rate[];
}

export function noItems(): ReadItems {
  return {
    count: 0,
    feedetl_sn: [],
    med_list_codg: [],
    list_type: [],
    chrgitm_lv: [],
    tags: [],
    cnt: [],
    pric: [],
    uplmt: [],
    total: [],
    prop: [],
  };
}

export function readItems(json: unknown): ReadItems | null {
  if (!Array.isArray(json) || json.length === 0 || json.length > MAX_ITEMS) return null;
  const items = noItems();
  items.count = json.length;
  let sum = 0;
  for (let i = 0; i < json.length; i++) {
    if (!readItem(json[i], items)) return null;
    sum += items.total[i] as number;
  }
  const distinct = new Set(items.feedetl_sn).size === json.length;
  return distinct && sum <= MAX_CLAIM_FEN ? items : null;
}

function readItem(json: unknown, items: ReadItems): boolean {
  if (!isObject(json)) return false;
  const { feedetl_sn, med_list_codg, list_type, chrgitm_lv, tags, selfpay_prop, pric_uplmt_amt } = json;
  if (!isText(feedetl_sn) || !isText(med_list_codg) || !isText(list_type)) return false;
  if (!isText(chrgitm_lv) || !LEVELS.has(chrgitm_lv) || !isTexts(tags)) return false;
  const cnt = readDecimal(json.cnt, 4);
  const pric = readDecimal(json.pric, 6);
  const total = readMoney(json.det_item_fee_sumamt);
  const prop = selfpay_prop === undefined ? 0 : readDecimal(selfpay_prop, 4);
  const uplmt = pric_uplmt_amt === undefined ? SATURATED : readDecimal(pric_uplmt_amt, 6);
  if (cnt <= 0 || cnt === SATURATED || pric <= 0 || pric === SATURATED) return false;
  if (total === BAD || total > MAX_CLAIM_FEN || prop === BAD || prop > ONE || uplmt === BAD) return false;
  items.feedetl_sn.push(feedetl_sn);
  items.med_list_codg.push(med_list_codg);
  items.list_type.push(list_type);
  items.chrgitm_lv.push(chrgitm_lv);
  items.tags.push(tags);
  items.cnt.push(cnt);
  items.pric.push(pric);
  items.uplmt.push(uplmt);
  items.total.push(total);
  items.prop.push(prop);
  return true;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTexts(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > MAX_TEXTS) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== 'string') return false;
  return true;
}
