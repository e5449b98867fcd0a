/**
 * What pricing a claim costs: this engine against @gorules/zen-engine and against the same bundle written by
 * hand, in turns in one process, on the same claims of ten lines. `node test/bench/policy.ts [rounds]`. The
 * last lines are
 * `bench policy.<name> <value>`: microseconds a claim in the fastest round, or ratios of these. All three
 * must agree on every claim first.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type AuditContext,
  adjudicate,
  audit,
  type Claim,
  type CompiledBundle,
  compileBundle,
  explain,
  indexBundles,
} from '../../policy/index.ts';
import { hunyuanByHand } from '../../policy/testing/by-hand.ts';
import { ZEN_GRAPH, zenAmount, zenInput } from '../../policy/testing/zen-graph.ts';

const rounds = Number(process.argv[2] ?? 240);
/** zen's round takes as long as all others together: every fourth has one, still more than enough of them. */
const ROUNDS_A_ZEN = 4;
const CLAIMS = 200;
const DRUGS = [
  { pric: '26.34', pric_uplmt_amt: '26.18', selfpay_prop: '0.05', tags: ['hypertension', 'essential'] },
  { pric: '3.475', tags: ['essential'] },
  { pric: '12.80', selfpay_prop: '0.1', tags: ['diabetes'] },
  { pric: '0.857209', tags: [] },
  { pric: '19.80', chrgitm_lv: '03', tags: [] },
];

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../policy/${path}`, import.meta.url), 'utf8'));
}

function compile(json: unknown): CompiledBundle {
  const compiled = compileBundle(json);
  if (!compiled.ok) throw new Error('the bundle does not compile');
  return compiled.bundle;
}

const hunyuan = readJson('bundles/datong-hunyuan.json');
const bundle = compile(hunyuan);
const [{ claim: seed }] = readJson('vectors/adjudication/seed-002.json').cases as [{ claim: Claim }];

function lineOf(n: number): Claim['items'][number] {
  const drug = DRUGS[n % DRUGS.length] as (typeof DRUGS)[number];
  const cnt = 1 + (n % 4);
  const micro = Math.round(Number(drug.pric) * 1e6) * cnt;
  const det_item_fee_sumamt = (Math.floor((micro + 5000) / 10_000) / 100).toFixed(2);
  const base = { med_list_codg: `X${n}`, list_type: '101', chrgitm_lv: n % 3 === 0 ? '02' : '01' };
  return { feedetl_sn: String(n), ...base, cnt: String(cnt), det_item_fee_sumamt, ...drug };
}

/** Half with a chronic disease, some signed, some near or past a cap. */
function claimOf(n: number): Claim {
  const person = { ...seed.person, chronic: n % 2 === 0 ? ['hypertension'] : [], signed_here: n % 3 === 0 };
  const used = { 'two-disease-year': `${(n * 37) % 261}.50`, 'outpatient-year': `${(n * 53) % 301}.00` };
  return { ...seed, person, used, items: Array.from({ length: 10 }, (_, i) => lineOf(n + i)) };
}

const claims = Array.from({ length: CLAIMS }, (_, n) => claimOf(n));
const FREE = { gend: null, age_from: null, age_to: null, dise_codg: null, level: null };
const ENTRY = { ...FREE, lmt_used_flag: '0', max_daily_dose: '5', trac_required: true };
const codes = [...new Set(claims.flatMap(({ items }) => items.map((item) => item.med_list_codg)))];

/** What a gateway with a link knows of a claim: nothing is missing. */
function contextOf({ items }: Claim): AuditContext {
  const line = (code: string) => ({ prd_days: 7, daily_dose: '2.5', drug_trac_codg: [code], trdn_flag: '0' });
  return {
    person: { psn_insu_stas: '1', paus_insu_date: null, surv_stas: '1' },
    identity: { method: '02', checked: true },
    lines: Object.fromEntries(
      items.map(({ feedetl_sn }) => [feedetl_sn, line(feedetl_sn.padStart(20, '8'))]),
    ),
    catalogue: Object.fromEntries(codes.map((code) => [code, ENTRY])),
    dispenses: codes.slice(0, 40).map((code) => ({
      med_list_codg: code,
      setl_date: '2024-08-01',
      prd_days: 7,
      cnt: '1',
    })),
    visits: [{ setl_date: '2024-08-01', minutes_ago: 72_000, medfee_sumamt: '26.34' }],
    sold_codes: [],
    pace: { doctor_hour: 4, clinic_hour: 4 },
    lists: { person: 'none', doctor: 'none', clinic: 'none' },
  };
}

const contexts = claims.map(contextOf);
const audited = compile({ ...hunyuan, audit: readJson('bundles/zhanjiang.json').audit });

interface Zen {
  evaluate(input: unknown): Promise<{ result: { hifp_pay: number; psn_part_amt: number } }>;
}

/** null where the package is not installed: it is a development dependency with a native part. */
function openZen(): Zen | null {
  try {
    const { ZenEngine, ZenDecisionContent } = createRequire(import.meta.url)('@gorules/zen-engine');
    return new ZenEngine().createDecision(new ZenDecisionContent(ZEN_GRAPH));
  } catch {
    return null;
  }
}

async function agree(zen: Zen | null): Promise<void> {
  for (const claim of claims) {
    const answer = adjudicate(bundle, claim);
    const ours = JSON.stringify(answer);
    if (ours !== JSON.stringify(hunyuanByHand(claim))) throw new Error('by hand differs');
    if (zen === null || answer.outcome !== 'payable') continue;
    const { result } = await zen.evaluate(zenInput(claim));
    if (zenAmount(result.hifp_pay) !== answer.setlinfo.hifp_pay) throw new Error(`zen differs: ${ours}`);
  }
}

/** Microseconds a claim. */
function timed(work: (claim: Claim) => unknown): number {
  const from = performance.now();
  for (const claim of claims) work(claim);
  return ((performance.now() - from) * 1000) / CLAIMS;
}

async function timedZen(zen: Zen, inputs: unknown[]): Promise<number> {
  const from = performance.now();
  for (const input of inputs) await zen.evaluate(input);
  return ((performance.now() - from) * 1000) / inputs.length;
}

/** Among n bundles of as many places, choosing and pricing. */
function amongBundles(n: number): (claim: Claim) => unknown {
  const places = Array.from({ length: n - 1 }, (_, i) => ({ bundle: `other-${i}`, admdvs: [`9${i}`] }));
  const index = indexBundles([...places.map((place) => compile({ ...hunyuan, ...place })), bundle]);
  return (claim) => {
    const chosen = index.select(claim);
    return chosen.ok && adjudicate(chosen.bundle, claim);
  };
}

const zen = openZen();
await agree(zen);
const works = {
  adjudicate: (claim: Claim) => adjudicate(bundle, claim),
  explain: (claim: Claim) => explain(bundle, claim),
  by_hand: (claim: Claim) => hunyuanByHand(claim),
  of_1_bundle: amongBundles(1),
  of_200_bundles: amongBundles(200),
};
const times: Record<string, number[]> = {};
const note = (name: string, value: number) => (times[name] = [...(times[name] ?? []), value]);
const inputs = claims.map(zenInput);
for (let round = -10; round < rounds; round++) {
  const row: [string, number][] = Object.entries(works).map(([name, work]) => [name, timed(work)]);
  if (zen !== null && round % ROUNDS_A_ZEN === 0) row.push(['zen', await timedZen(zen, inputs)]);
  // The first rounds only warm the compiler up.
  if (round >= 0) for (const [name, value] of row) note(name, value);
}

/** Microseconds of this process's own processor time, its collector's threads included. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** One claim with reasons and audit, 20 000 times: sorted microseconds by the given clock. */
function timedOneByOne(now: () => number): number[] {
  const single: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const claim = claims[i % CLAIMS] as Claim;
    const known = contexts[i % CLAIMS] as AuditContext;
    const from = now();
    explain(audited, claim);
    audit(audited, claim, known);
    single.push(now() - from);
  }
  return single.sort((a, b) => a - b);
}

// A busy machine takes the processor away for milliseconds, which the wall clock counts and the process's own
// does not.
const byWall = timedOneByOne(() => performance.now() * 1000);
const byProcessor = timedOneByOne(processorTime);
const p = (run: number[], part: number) => run[Math.floor(run.length * part)] ?? 0;

const say = (name: string, value: number) =>
  console.log(`bench policy.${name} ${Number(value.toPrecision(4))}`);
/** The fastest round: what else the machine does only ever adds. */
const us = (name: string) => Math.min(...(times[name] ?? []));
const ratio = (over: string, under: string) => us(over) / us(under);
for (const name of Object.keys(times)) say(`${name}_us`, us(name));
if (zen !== null) say('zen_over_adjudicate', ratio('zen', 'adjudicate'));
else console.log('zen: @gorules/zen-engine is not installed, not compared');
say('adjudicate_over_by_hand', ratio('adjudicate', 'by_hand'));
say('explain_over_adjudicate', ratio('explain', 'adjudicate'));
say('of_200_over_of_1_bundles', ratio('of_200_bundles', 'of_1_bundle'));
say('explain_and_audit_p50_us', p(byWall, 0.5));
say('explain_and_audit_p99_us', p(byWall, 0.99));
say('explain_and_audit_p99_processor_us', p(byProcessor, 0.99));
