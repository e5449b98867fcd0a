/**
 * Why a claim costs what it costs, as data: the record keeps it, explain/sentences.ts puts it into words.
 * Money is yuan text, rates are decimal text with four places. The steps are those of docs/adjudication.md.
 */

import type { Day, Period } from '../calendar.ts';
import type { OnExhausted } from '../compile/benefit.ts';
import type { Answer, Fund, Part, Setlinfo, Warning } from '../types.ts';

export interface Trace {
  outcome: Answer['outcome'];
  code: string | null;
  /** NO_POLICY: what the bundle is not for. */
  why: WhyNot | null;
  bundle: {
    name: string;
    version: number;
    title: string;
    begndate: Day;
    enddate: Day;
    sources: string[];
  } | null;
  /** '' when the claim could not be read. */
  setl_date: Day;
  items: TraceItem[];
  stages: TraceStage[];
  budget: TraceBudget | null;
  setlinfo: Setlinfo | null;
  warnings: Warning[];
}

export type WhyNot = 'day' | 'insutype' | 'place';

/** How a line was split (step 1). */
export interface TraceItem {
  feedetl_sn: string;
  list_type: string;
  chrgitm_lv: string;
  total: string;
  own: string;
  over: string;
  pre: string;
  inscp: string;
  pool_pay: string;
}

/**
 * Of a stage: it paid (or took lines and could not); had no headroom; found no line; is not for this claim.
 */
export type Did = 'paid' | 'no_room' | 'no_item' | 'when';

export interface TraceStage {
  id: string;
  title: string;
  source: string;
  kind: 'rate' | 'fixed' | 'bands';
  fund: Fund;
  did: Did;
  base: string;
  gross: string;
  paid: string;
  limited_by: string | null;
  deductible: TraceDeductible | null;
  limits: TraceLimit[];
  /** Of a pool stage: what it took of every line. */
  lines: TraceLine[];
  /** Of a layer: the parts it is computed on and, for kind "rate", the rate. */
  parts: Part[];
  rate: string | null;
  bands: { threshold: string; carried: string } | null;
}

export interface TraceLine {
  feedetl_sn: string;
  base: string;
  deductible: string;
  rate: string;
  paid: string;
  /** What goes on to the next stage that matches. */
  open: string;
}

export interface TraceDeductible {
  bucket: string;
  title: string;
  period: Period;
  amount: string;
  used: string;
  taken: string;
}

/** `bound` and `used`: yuan text, or a whole number for `times`. */
export interface TraceLimit {
  bucket: string;
  title: string;
  source: string;
  period: Period;
  times: boolean;
  bound: string;
  used: string;
  /** What was left before, not above what `allotted` leaves. */
  room: string;
  /** `room` is less than the person's right, because of `allotted`. */
  leased: boolean;
  /** When it is used up: the first day of its period, and the day it starts again. */
  spent: { since: Day; again: Day } | null;
}

export interface TraceBudget {
  bucket: string;
  title: string;
  source: string;
  period: Period;
  on_exhausted: OnExhausted;
  amount: string;
  used: string;
  counted: string;
  borne: string;
  again: Day;
}
