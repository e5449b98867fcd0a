import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { adjudicate, type Claim, compileBundle, explain, type PayableAnswer } from '../policy/index.ts';
import { settlementBody } from '../sync/testing/world.ts';

/**
 * Settlements of real claims, for whoever measures what records weigh: every one is priced and has its
 * reasons.
 */

const FOLDER = new URL('../policy/vectors/adjudication/', import.meta.url);

interface Priced {
  claim: Claim;
  answer: PayableAnswer;
  trace: unknown;
}

function pricedIn(file: string): Priced[] {
  const { bundle, cases } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as {
    bundle: unknown;
    cases: { claim: Claim }[];
  };
  const compiled = compileBundle(bundle);
  if (!compiled.ok) throw new Error(`${file} does not compile`);
  return cases.flatMap(({ claim }) => {
    const answer = adjudicate(compiled.bundle, claim);
    if (answer.outcome !== 'payable' || claim.items.length > 20) return [];
    return [{ claim, answer, trace: explain(compiled.bundle, claim).trace }];
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const dataset = (name: string) => ({ name, version: 3, sha256: sha256(name) });

/** Bodies of settlements, one after another through all claims of the vectors. */
export function settlementsOfVectors(): (seq: number, psn_no: string) => Record<string, unknown> {
  const all = readdirSync(FOLDER).flatMap(pricedIn);
  return (seq, psn_no) => {
    const { claim, answer, trace } = all[seq % all.length] as Priced;
    const request = sha256(`request ${seq}`);
    return {
      ...settlementBody(seq, psn_no, (seq * 37) % 5_000),
      request,
      quote: sha256(request),
      pay_mode: 'insured',
      claim,
      answer,
      trace,
      datasets: { bundle: null, catalogue: dataset('catalogue'), roster: dataset('roster') },
      lines: claim.items.map(({ feedetl_sn }) => ({
        feedetl_sn,
        hilist_name: '苯磺酸氨氯地平片',
        spec: '5mg*14',
        unit: '盒',
      })),
      findings: [],
      reasons: [],
      paid: [{ way: 'cash', amount: answer.setlinfo.psn_part_amt }],
      clock: { source: 'system' },
      software: 'cunyitong 0.1.0',
    };
  };
}
