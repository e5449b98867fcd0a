import { describe, expect, test } from 'vitest';
import { adjudicate } from '../../../policy/index.ts';
import { search } from './search.ts';
import { cardOf, DOCTOR, DRAFT, PATIENT, person, STRANGER, settleOne, testDesk } from './testing/desk.ts';

/** docs/record.md §3, in its order. */
const FIELDS = [
  'setl_id',
  'request',
  'quote',
  'pay_mode',
  'self_pay_reason',
  'setl_date',
  'psn',
  'claim',
  'answer',
  'trace',
  'put',
  'datasets',
  'diagnoses',
  'lines',
  'credential',
  'presented_by',
  'findings',
  'reasons',
  'paid',
  'left',
  'clock',
  'reservation',
  'software',
];

describe('the body of a settlement', () => {
  test('has every field that docs/record.md names', () => {
    const { body } = settleOne(testDesk());
    for (const field of FIELDS) expect(body, field).toHaveProperty(field);
  });

  test('says who, when, what it cost, what was paid and what is left', () => {
    const here = testDesk();
    const { body, seq } = settleOne(here);
    expect(body.setl_id).toBe(
      `H14022500001${here.ledger.ledger.slice(0, 8)}${String(seq).padStart(10, '0')}`,
    );
    expect(body.setl_id).toHaveLength(30);
    const { psn_name, certno, brdy, gend } = person(PATIENT);
    expect(body.psn).toEqual({ psn_no: PATIENT, psn_name, psn_cert_type: '01', certno, gend, brdy });
    expect(body).toMatchObject({
      setl_date: '2026-11-22',
      paid: [{ way: 'cash', amount: '11.42' }],
      credential: { kind: 'none' },
      diagnoses: [{ diag_name: '高血压' }],
      lines: [{ feedetl_sn: '1', hilist_name: '马来酸左旋氨氯地平片', unit: '盒', prd_days: 14 }],
    });
    expect(body.left.map(({ amount }) => amount)).toEqual(['245.08', '300.00']);
    expect(body.put).toContainEqual({
      scope: 'person',
      insutype: '390',
      poolarea: '140200',
      bucket: 'two-disease-year',
      period: '2026',
      amount: '14.92',
    });
  });

  test('is enough to price it again, from the datasets it names', () => {
    const here = testDesk();
    settleOne(here);
    const { body } = settleOne(here);
    expect(body.claim.used).toMatchObject({ 'two-disease-year': '14.92' });
    const { name, version, sha256 } = body.datasets.bundle ?? { name: '', version: 0, sha256: '' };
    const kept = here.ledger.dataset(name, version);
    expect(kept?.ref.sha256).toBe(sha256);
    const compiled = here.desk.reference().bundles.find(({ ref }) => ref.name === name);
    if (!compiled) throw new Error('the bundle is not in force');
    expect(adjudicate(compiled.bundle, body.claim)).toEqual(body.answer);
  });

  test('keeps the evidence of the card', () => {
    const here = testDesk();
    const { id } = here.desk.open({ credential: cardOf(person(PATIENT)) });
    const digest = here.desk.quote(id, DRAFT, DOCTOR).digest ?? '';
    const confirm = { visit: id, request: 'request-by-card-1', digest, draft: DRAFT, operator: DOCTOR };
    const { body } = here.desk.confirm({ ...confirm, paid_way: 'owed' });
    expect(body.credential).toEqual({
      kind: 'id-card',
      mdtrt_cert_type: '02',
      device: { driver: 'sdt', sam: '05.03-20120920-0000000001-0000000001' },
      read_at: '2026-11-22T04:00:00.000Z',
    });
    expect(body.paid).toEqual([{ way: 'owed', amount: '11.42' }]);
    expect(here.ledger.todayTotals('2026-11-22').cash).toBe(0);
  });

  test('of a stranger names nobody of the roster and draws on nothing', () => {
    const here = testDesk();
    const { id } = here.desk.open({ credential: STRANGER });
    const digest = here.desk.quote(id, DRAFT, DOCTOR).digest ?? '';
    const confirm = { visit: id, request: 'request-stranger-1', digest, draft: DRAFT, operator: DOCTOR };
    const { body } = here.desk.confirm({ ...confirm, paid_way: 'code' });
    expect(body.psn).toMatchObject({ psn_no: null, psn_name: '钱过路' });
    expect(body).toMatchObject({ put: [], left: [], trace: null, datasets: { bundle: null } });
  });
});

describe('search', () => {
  const texts = (entry: { code: string; name: string; pym: string; barcode?: string }) => entry;
  const items = [
    { code: 'A1', name: '阿莫西林胶囊', pym: 'AMXLJN', barcode: '2990014000012' },
    { code: 'A2', name: '复方阿司匹林', pym: 'FFASPL' },
    { code: 'B1', name: '氨氯地平片', pym: 'ALDPP' },
  ];
  const codes = (typed: string, used: (code: string) => number = () => 0) =>
    search(items, texts, typed, ({ code }) => used(code)).map(({ code }) => code);

  test('finds by initials, name, code and bar code, small letters or large', () => {
    expect(codes('amx')).toEqual(['A1']);
    expect(codes('阿')).toEqual(['A1', 'A2']);
    expect(codes('b1')).toEqual(['B1']);
    expect(codes('2990014000012')).toEqual(['A1']);
    expect(codes('zzz')).toEqual([]);
  });

  test('initials from the start come before those inside; among equals the most used', () => {
    expect(codes('as')).toEqual(['A2']);
    expect(codes('a')).toEqual(['B1', 'A1', 'A2']);
    expect(codes('a', (code) => (code === 'A1' ? 3 : 0))).toEqual(['A1', 'B1', 'A2']);
    expect(codes('', (code) => (code === 'A2' ? 1 : 0))[0]).toBe('A2');
  });

  test('gives ten at most', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ code: `C${n}`, name: '药', pym: 'Y' }));
    expect(search(many, texts, 'y', () => 0)).toHaveLength(10);
  });
});
