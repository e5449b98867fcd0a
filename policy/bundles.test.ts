/** The bundles we ship compile, and Hunyuan's prices the newspaper's box. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adjudicate, type CompiledBundle, compileBundle } from './index.ts';

const FOLDER = new URL('./bundles/', import.meta.url);

function load(file: string): CompiledBundle {
  const compiled = compileBundle(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 1));
  return compiled.bundle;
}

describe('shipped bundles', () => {
  it.each(readdirSync(FOLDER))('%s compiles', (file) => {
    expect(load(file).sources.length).toBeGreaterThan(0);
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
  const claim = (psn_idet_type: string[], total: string, lv = '01', used = {}) => ({
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
  const paid = (...args: Parameters<typeof claim>) => {
    const answer = adjudicate(bundle, claim(...args));
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
