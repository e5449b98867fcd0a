import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { audit, compileBundle } from '../../index.ts';
import type { AuditContext, Finding } from '../types.ts';

const { bundle: BUNDLE, cases } = JSON.parse(
  readFileSync(new URL('../../vectors/adjudication/seed-002.json', import.meta.url), 'utf8'),
);
const ITEM = cases[0].claim.items[0];
const TRACE = '81234567890123456789';

/** What the rule, if it denies, finds in a claim of these items. */
function run(context: AuditContext, { items = [{}] }: { items?: object[] } = {}): Finding[] {
  const compiled = compileBundle({
    ...BUNDLE,
    audit: [{ rule: 'trace_code', rule_id: 'R', severity: 'deny', source: '文件' }],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const lines = items.map((item, i) => ({ ...ITEM, feedetl_sn: String(i + 1), ...item }));
  return audit(compiled.bundle, { ...cases[0].claim, items: lines, used: {} }, context);
}

const traced = (facts: object, sold_codes: string[], pack_units?: number): AuditContext => ({
  catalogue: {
    [ITEM.med_list_codg]: { trac_required: true, ...(pack_units === undefined ? {} : { pack_units }) },
  },
  lines: { 1: facts },
  sold_codes,
});

describe('a finding about trace codes', () => {
  it.each([
    [['1'], '20', '10'],
    [['1', '2'], '10', '20'],
    [['1'], '15', '10'],
  ])('of boxes of ten phials with codes %j is made for %s and not for %s', (ends, wrong, right) => {
    const drug_trac_codg = ends.map((end) => `${TRACE.slice(1)}${end}`);
    const context = traced({ drug_trac_codg, trdn_flag: '0' }, [], 10);
    expect(run(context, { items: [{ cnt: wrong }] })).toMatchObject([{ severity: 'deny' }]);
    expect(run(context, { items: [{ cnt: right }] })).toEqual([]);
  });

  it('of two opened packs on a line counts what is left in both', () => {
    const sale = (codes: string[], cnt: string) => ({ drug_trac_codg: codes, cnt, trdn_flag: '1' });
    const other = TRACE.replace('8', '7');
    const context = traced({ drug_trac_codg: [TRACE, other], trdn_flag: '1' }, [TRACE]);
    const pack_sales = [sale([TRACE], '0.7'), sale([TRACE, other], '0.5')];
    expect(run({ ...context, pack_sales }, { items: [{ cnt: '0.8' }] })).toEqual([]);
    expect(run({ ...context, pack_sales }, { items: [{ cnt: '0.8001' }] })).toMatchObject([
      { vola_evid: expect.stringContaining('多出: 0.0001 盒') },
    ]);
    // What is left of the old pack goes first, whichever was scanned first.
    const later = traced({ drug_trac_codg: [other], trdn_flag: '1' }, [other]);
    const before = [sale([TRACE], '0.7'), sale([other, TRACE], '0.5')];
    expect(run({ ...later, pack_sales: before }, { items: [{ cnt: '0.8' }] })).toEqual([]);
  });

  it('of a maker’s own trace code is at most a reminder, and the code is not cut', () => {
    for (const code of [`${TRACE.slice(1)}X`, `ABC-${'7'.repeat(120)}`]) {
      const [finding, ...others] = run(traced({ drug_trac_codg: [code], trdn_flag: '0' }, []));
      expect([finding?.severity, finding?.sev_deg, finding?.vola_evid, others]).toEqual([
        'remind',
        '3',
        `drug_trac_codg: ${code}`,
        [],
      ]);
    }
  });

  it.each([TRACE.slice(1), `${TRACE}0`, `${TRACE};9${TRACE.slice(1)}`])(
    'of %s says that it is none',
    (code) => {
      const [finding] = run(traced({ drug_trac_codg: [code], trdn_flag: '0' }, []));
      expect(finding?.vola_cont).toBe('这不是追溯码，请扫药盒上的追溯码。');
    },
  );

  it('of three packs with one code says how many were scanned, and of other digits the same code', () => {
    const scanned = (codes: string[], sold: string[]) =>
      traced({ drug_trac_codg: codes, trdn_flag: '0' }, sold);
    const three = { items: [{ cnt: '3' }] };
    const [few] = run(scanned([TRACE], []), three);
    expect(few?.vola_cont).toBe('开了 3 盒，只扫了 1 个追溯码，每盒都要扫。');
    const wide = TRACE.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    const [sold] = run(scanned([wide], [TRACE]));
    expect(sold?.vola_cont).toBe('这个追溯码已经卖过一次，请核对药盒。');
    const half = { items: [{ cnt: '0.5' }] };
    expect(run(scanned([TRACE], []), half)[0]?.vola_cont).toContain('拆零');
  });

  it('of an opened pack that was sold whole before says that there is too little in it', () => {
    const pack_sales = [{ drug_trac_codg: [TRACE], cnt: '1', trdn_flag: '0' }];
    const context = { ...traced({ drug_trac_codg: [TRACE], trdn_flag: '1' }, [TRACE]), pack_sales };
    const [finding] = run(context, { items: [{ cnt: '0.1' }] });
    expect(finding?.vola_cont).toContain('超过一整盒');
  });

  it('says of a pack scanned on two lines that it was scanned above, unless it is split', () => {
    const scanned = (trdn_flag: string) => ({ drug_trac_codg: [TRACE], trdn_flag });
    const twice = (trdn_flag: string) =>
      run(
        { ...traced({}, []), lines: { 1: scanned(trdn_flag), 2: scanned(trdn_flag) } },
        { items: [{ cnt: trdn_flag === '0' ? '1' : '0.5' }, { cnt: trdn_flag === '0' ? '1' : '0.5' }] },
      );
    expect(twice('0')).toMatchObject([{ judge_result_detail_dtos: [{ rx_id: '2' }], missing: false }]);
    expect(twice('1')).toEqual([]);
  });
});
