/**
 * The Hunyuan bundle as a JDM graph for @gorules/zen-engine: one expression node, its fastest form (a
 * decision table and a function node both cost more). It prices the totals only: no shares to the fen, no
 * buckets, no shape checks.
 */
import { formatFen, readDecimal } from '../fen.ts';
import type { Claim } from '../types.ts';

const EXPRESSIONS: [key: string, value: string][] = [
  [
    'split',
    "map(items, {c: #.lv == '03' ? 0 : round(#.cnt * min([#.pric, #.uplmt]), 2), p: #.prop, t: #.tags, total: round(#.cnt * #.pric, 2)})",
  ],
  ['lines', 'map($.split, {a: #.c - round(#.c * #.p, 2), t: #.t})'],
  ['medfee', 'sum(map($.split, #.total))'],
  ['inscp', 'sum(map($.lines, #.a))'],
  ['base1', 'sum(map(filter($.lines, some(#.t, # in chronic)), #.a))'],
  [
    'cap1',
    "contains(chronic, 'hypertension') and contains(chronic, 'diabetes') ? 620 : contains(chronic, 'hypertension') ? 260 : 360",
  ],
  ['room1', 'max([0, $.cap1 - used_two])'],
  ['gross1', 'round($.base1 * 0.6, 2)'],
  ['paid1', 'min([$.gross1, $.room1])'],
  ['kept1', '$.gross1 == 0 or $.room1 == 0 ? 0 : round($.base1 * $.paid1 / $.gross1, 2)'],
  ['rate2', "(level == 'village' ? 0.6 : 0.55) + (signed_here ? 0.05 : 0)"],
  ['base2', '$.inscp - $.kept1'],
  ['gross2', "med_type == '11' ? round($.base2 * $.rate2, 2) : 0"],
  ['paid2', 'min([$.gross2, max([0, 300 - used_year])])'],
  ['hifp_pay', '$.paid1 + $.paid2'],
  ['psn_part_amt', '$.medfee - $.hifp_pay'],
  ['warning', "used_clinic + $.hifp_pay > 30000 ? 'BUDGET_EXCEEDED' : ''"],
];

export const ZEN_GRAPH = {
  nodes: [
    { id: 'in', type: 'inputNode', name: 'claim', position: { x: 0, y: 0 } },
    {
      id: 'price',
      type: 'expressionNode',
      name: 'price',
      position: { x: 200, y: 0 },
      content: { expressions: EXPRESSIONS.map(([key, value]) => ({ id: key, key, value })) },
    },
    { id: 'out', type: 'outputNode', name: 'answer', position: { x: 400, y: 0 } },
  ],
  edges: [
    { id: 'e1', type: 'edge', sourceId: 'in', targetId: 'price' },
    { id: 'e2', type: 'edge', sourceId: 'price', targetId: 'out' },
  ],
};

/** What the graph reads of a claim, its decimals as numbers: zen is not charged for reading texts. */
export function zenInput(claim: Claim) {
  const { person, facility, encounter, items, used = {} } = claim;
  return {
    chronic: person.chronic,
    signed_here: person.signed_here,
    level: facility.level,
    med_type: encounter.med_type,
    used_two: Number(used['two-disease-year'] ?? 0),
    used_year: Number(used['outpatient-year'] ?? 0),
    used_clinic: Number(used['clinic-year'] ?? 0),
    items: items.map((item) => ({
      cnt: Number(item.cnt),
      pric: Number(item.pric),
      uplmt: Number(item.pric_uplmt_amt ?? item.pric),
      prop: Number(item.selfpay_prop ?? 0),
      lv: item.chrgitm_lv,
      tags: item.tags,
    })),
  };
}

/** Zen's decimals come back as numbers: the text with two places. */
export function zenAmount(amount: number): string {
  return formatFen(readDecimal(amount.toFixed(2), 2));
}
