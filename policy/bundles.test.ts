/** The bundles we ship compile, and Hunyuan's prices the newspaper's box. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkBundle } from './author/index.ts';
import { lintDates } from './author/lints.ts';
import { adjudicate, type CompiledBundle, compileBundle } from './index.ts';

const FOLDER = new URL('./bundles/', import.meta.url);

function load(file: string): CompiledBundle {
  const compiled = compileBundle(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 1));
  return compiled.bundle;
}

const PLACES: Record<string, string> = { integrated: '999910', temporary: '999920', independent: '999930' };

function claim(mode: string) {
  const file = new URL('./vectors/adjudication/seed-002.json', import.meta.url);
  const [{ claim: one }] = JSON.parse(readFileSync(file, 'utf8')).cases;
  const items = [{ ...one.items[0], selfpay_prop: '0', pric_uplmt_amt: '26.34' }];
  return {
    ...one,
    items,
    person: { ...one.person, insuplc_admdvs: PLACES[mode] },
    facility: {
      ...one.facility,
      mode,
      ...(mode === 'independent' ? {} : { budget: { 'clinic-year': '100.00' } }),
    },
    used: { 'clinic-year': mode === 'independent' ? '29990.00' : '90.00' },
  };
}

describe('shipped bundles', () => {
  it.each(readdirSync(FOLDER))('%s compiles', (file) => {
    expect(load(file).sources.length).toBeGreaterThan(0);
  });

  it.each(readdirSync(FOLDER))('%s has no lint', (file) => {
    const { lines } = checkBundle(readFileSync(new URL(file, FOLDER), 'utf8'));
    expect(lines).toEqual([]);
  });

  it('leave no gap and do not overlap', () => {
    expect(lintDates(readdirSync(FOLDER).map(load))).toEqual([]);
  });

  it.each(readdirSync(FOLDER))('%s names a source for everything, or says it is an example', (file) => {
    const json = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    for (const entry of [...json.pool, ...(json.layers ?? []), ...(json.audit ?? [])])
      expect(entry.source, entry.id).toMatch(/〔20\d\d〕\d+号|“十四五”规划|健康报|公开资料|示例值/);
  });

  it('the three settlement modes differ in who bears what is above the budget', () => {
    const borne = (mode: string) => {
      const one = claim(mode);
      const answer = adjudicate(load(`mode-${mode}.json`), one);
      return answer.outcome === 'payable'
        ? [answer.setlinfo.hifp_pay, answer.setlinfo.hosp_part_amt]
        : answer;
    };
    expect(borne('integrated')).toEqual(['13.17', '0.00']);
    expect(borne('temporary')).toEqual(['13.17', '0.00']);
    expect(borne('independent')).toEqual(['10.00', '3.17']);
  });

  it('Hunyuan answers as the seed vectors do', () => {
    const file = new URL('./vectors/adjudication/seed-002.json', import.meta.url);
    const bundle = load('datong-hunyuan.json');
    for (const { claim, answer } of JSON.parse(readFileSync(file, 'utf8')).cases)
      expect(adjudicate(bundle, claim)).toEqual(answer);
  });
});

describe('Shanwei', () => {
  const bundle = load('shanwei.json');
  const visit = (psn_idet_type: string[], total: string, lv = '01', used = {}) => ({
    person: {
      psn_no: 'P1',
      gend: '1',
      brdy: '1970-01-01',
      insutype: '390',
      psn_type: '15',
      insuplc_admdvs: '441521',
      psn_idet_type,
      chronic: ['diabetes'],
      designated_here: true,
      signed_here: true,
      balc: '0.00',
    },
    facility: { fixmedins_code: 'H44152100001', level: 'village', mode: 'integrated' },
    encounter: {
      setl_date: '2026-11-22',
      med_type: '11',
      dise_codg: [],
      home_visit: false,
      return_visit: false,
      use_account: false,
    },
    items: [
      {
        feedetl_sn: '1',
        med_list_codg: 'X1',
        list_type: '101',
        chrgitm_lv: lv,
        cnt: '1',
        pric: total,
        det_item_fee_sumamt: total,
        tags: [],
      },
    ],
    used,
  });
  const paid = (...args: Parameters<typeof visit>) => {
    const answer = adjudicate(bundle, visit(...args));
    if (answer.outcome !== 'payable') throw new Error(answer.code);
    return answer.setlinfo;
  };

  it('pays half of an ordinary visit', () => {
    expect(paid([], '100.00')).toMatchObject({ hifp_pay: '50.00', psn_cash_pay: '50.00' });
  });
  it('leaves nothing to an orphan', () => {
    expect(paid(['3'], '100.00')).toMatchObject({
      hifp_pay: '50.00',
      maf_pay: '50.00',
      psn_cash_pay: '0.00',
    });
  });
  it('helps a second time beyond 3000 of what a poor family bears, out of policy too', () => {
    expect(paid(['1'], '4000.00', '03')).toMatchObject({ maf_pay: '700.00', psn_cash_pay: '3300.00' });
    const used = { 'second-aid-line-year': '3000.00', 'aid-year': '99900.00' };
    expect(paid(['1'], '4000.00', '03', used)).toMatchObject({ maf_pay: '100.00' });
  });
  it('starts critical illness insurance at 10 000', () => {
    const used = { 'critical-base-year': '10000.00', 'outpatient-year': '400.00' };
    expect(paid([], '100.00', '01', used)).toMatchObject({ hifmi_pay: '60.00' });
  });
});
