import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJob } from '../../../drivers/escpos/job.ts';
import type { ReversalContent, SlipContent } from './content.ts';
import { slipDocument } from './document.ts';
import { documentBytes } from './escpos.ts';
import { COLUMNS, wrap } from './markup.ts';
import { reversalDocument } from './reversal-document.ts';

const QR = 'eyJ0eXAiOiJjeXQtc2xpcCtqd3MifQ.eyJ2IjoxLCJzZXEiOjEyfQ.a-b_c;d{e}|f\\g';
const BOX = {
  name: '马来酸左旋氨氯地平片',
  spec: '2.5mg×14片',
  cnt: '1',
  unit: '盒',
  det_item_fee_sumamt: '26.34',
  fund: '14.92',
};
const slip: SlipContent = {
  fixmedins_name: '浑源县永安镇张庄村卫生室（演示）',
  date: '2024-09-20',
  time: '09:12',
  psn_name: '刘建国',
  certno_masked: '1402**********9796',
  operator: '赵东升',
  items: [BOX],
  medfee_sumamt: '26.34',
  fulamt_ownpay_amt: '0.00',
  overlmt_selfpay: '0.16',
  preselfpay_amt: '1.31',
  inscp_scp_amt: '24.87',
  pool_prop_selfpay: '0.6000',
  hifp_pay: '14.92',
  cvlserv_pay: '0.00',
  hifes_pay: '0.00',
  hifmi_pay: '0.00',
  hifob_pay: '0.00',
  maf_pay: '0.00',
  oth_pay: '0.00',
  fund_pay_sumamt: '14.92',
  hosp_part_amt: '0.00',
  psn_part_amt: '11.42',
  acct_pay: '0.00',
  psn_cash_pay: '11.42',
  paid: [{ way: 'cash', amount: '11.42' }],
  reversal: null,
  left: [{ title: '两病用药年度限额', amount: '245.08' }],
  notes: [],
  record: { ledger: 'a1b2c3d4e5f60718', seq: 12 },
  qr: QR,
  reprint: 0,
  demo: false,
};

const slipBytes = (one: SlipContent): Uint8Array => documentBytes(slipDocument(one));

/** What a printer would put on paper; a command it does not know, or bytes of no character, are an error. */
function paper(one: SlipContent) {
  const job = decodeJob(slipBytes(one));
  expect(job.unknown).toBe(0);
  expect(job.lines.join('')).not.toContain('\ufffd');
  return job;
}
const textOf = (one: SlipContent): string => paper(one).lines.join('\n');

test('the visit of 26.34: its three numbers, its line, its reasons, its QR', () => {
  const text = textOf(slip).replaceAll(' ', '');
  expect(text).toContain('总费用26.34元\n医保报14.92元\n自己付11.42元');
  expect(text).toContain('马来酸左旋氨氯地平片2.5mg×14片\n1盒26.34元医保报14.92元');
  expect(text).toContain(
    '符合医保政策范围24.87元\n超限价（高出医保限价）0.16元\n先行自付（乙类先自己付）1.31元',
  );
  expect(text).toContain('统筹基金支付（按60%）14.92元');
  expect(text).toContain('2024年9月20日09:12');
  expect(text).toContain('2024年还能报（这次之后）\n两病用药年度限额245.08元');
  expect(text).toContain('记录号：a1b2c3d4-12');
  for (const absent of ['补打', '不作报销凭证', '大病保险', '医疗救助', '医院负担', '个人账户', '说明'])
    expect(text).not.toContain(absent);
  expect(paper(slip).qr).toEqual([QR]);
  expect(paper(slip).cuts).toBe(1);
});

test('a whole decode of the bytes, as a simulator may do it, still finds the figures', () => {
  const text = new TextDecoder('gb18030').decode(slipBytes(slip));
  for (const wanted of ['26.34 元', '14.92 元', '11.42 元', '总费用', '医保报', '自己付', '刘建国', QR])
    expect(text).toContain(wanted);
});

test('a copy says so at head and foot, and a demo slip is no voucher', () => {
  const marked = textOf({ ...slip, reprint: 2, demo: true });
  expect(marked.match(/补打 第2次/g)).toHaveLength(2);
  expect(marked.match(/演示，不作报销凭证/g)).toHaveLength(2);
});

test('a person without a number has no empty line for it', () => {
  expect(textOf({ ...slip, certno_masked: '' })).not.toContain('证件号');
});

test('what is not paid of a medicine in the catalogue is not called outside it', () => {
  const text = textOf({ ...slip, fulamt_ownpay_amt: '3.40' });
  expect(text).toContain('全自费（医保不报）');
  expect(text).not.toContain('目录外');
});

test.each([
  ['cash', [{ way: 'cash', amount: '11.42' }], '已收现金 11.42 元', '个人现金支付'],
  ['a code', [{ way: 'code', amount: '11.42' }], '已扫码收 11.42 元', '个人现金支付（扫码收的）'],
  ['a debt', [{ way: 'owed', amount: '11.42' }], '欠着 11.42 元，没有收', '个人现金支付（还没有收）'],
  ['nothing', [], '不用付钱', '个人现金支付'],
] as const)('what was paid by %s stands as that', (_, paid, words, official) => {
  const text = textOf({ ...slip, paid: [...paid] });
  expect(text.split('\n')).toContain(words);
  expect(text.replace(/ +/g, ' ')).toContain(`${official} 11.42 元`);
  const isOwed = words.startsWith('欠着');
  expect(text.match(/^欠着，没有收$|^ +欠着，没有收$/gm) ?? []).toHaveLength(isOwed ? 2 : 0);
  if (isOwed) expect(text).not.toContain('已收');
});

test('every copy of what was taken back is void at head and foot', () => {
  const reversal = { seq: 13, date: '2024-09-21' };
  for (const paid of [slip.paid, [{ way: 'owed', amount: '11.42' } as const]]) {
    const text = textOf({ ...slip, reversal, reprint: 2, paid, qr: '' });
    expect(text.match(/已撤销，作废/g)).toHaveLength(2);
    expect(text).toContain('2024年9月21日撤销，撤销单 a1b2c3d4-13');
    for (const untrue of ['已收', '欠着', '二维码', '还能报', '还没有收']) expect(text).not.toContain(untrue);
  }
});

describe('the slip of a reversal', () => {
  const reversal: ReversalContent = {
    ...{ fixmedins_name: slip.fixmedins_name, date: '2024-09-21', time: '10:00', psn_name: '刘建国' },
    ...{ certno_masked: slip.certno_masked, operator: '赵东升', record: { ...slip.record, seq: 13 } },
    ...{ reprint: 0, demo: false, of: { seq: 12, date: '2024-09-20' }, reason: '药开错了' },
    ...{ medfee_sumamt: '26.34', fund_pay_sumamt: '14.92', psn_part_amt: '11.42' },
    refund: [{ way: 'cash', amount: '11.42' }],
  };
  const linesOf = (one: ReversalContent) => {
    const job = decodeJob(documentBytes(reversalDocument(one)));
    expect([job.unknown, job.cuts, job.widest <= COLUMNS]).toEqual([0, 1, true]);
    return job.lines;
  };

  test('says what is void, what was, what goes back, and why', () => {
    const lines = linesOf(reversal);
    expect(lines.join('')).toContain('结算单已撤销，作废：2024年9月20日，a1b2c3d4-12');
    for (const wanted of ['退现金 11.42 元', '原因：药开错了', '记录号：a1b2c3d4-13'])
      expect(lines.map((line) => line.trim())).toContain(wanted);
    expect(lines.join('\n')).toContain('医保报的 14.92 元已退回');
  });

  test.each([
    ['what was owed', [{ way: 'owed', amount: '11.42' }], '不用退钱', '没有收过，现在也不用付了'],
    ['what came by a code', [{ way: 'code', amount: '11.42' }], '扫码退回 11.42 元', ''],
    ['what an account paid', [{ way: 'account', amount: '11.42' }], '退回个人账户 11.42 元', ''],
    ['nothing', [], '不用退钱', ''],
  ] as const)('gives back %s', (_, refund, large, small) => {
    const text = linesOf({ ...reversal, refund: [...refund], fund_pay_sumamt: '0.00' }).join('\n');
    expect(text.split('\n')).toContain(large);
    expect(text).toContain(small);
    expect(text).not.toContain('医保报的');
    if (large === '不用退钱') expect(text).not.toContain('退现金');
  });

  test('is marked when it is a copy, and in the demo', () => {
    const text = linesOf({ ...reversal, reprint: 1, demo: true }).join('\n');
    expect(text.match(/补打 第1次/g)).toHaveLength(2);
    expect(text.match(/不作报销凭证/g)).toHaveLength(2);
  });
});

test('every fund that paid is named, and who else bears a part', () => {
  const text = textOf({
    ...slip,
    hifmi_pay: '3.00',
    maf_pay: '2.00',
    oth_pay: '1.00',
    acct_pay: '5.00',
    hosp_part_amt: '0.50',
    fulamt_ownpay_amt: '4.00',
    notes: ['今年 400.00 元已用完，这次要自己付 26.34 元。2025 年 1 月 1 日重新计算。'],
  }).replaceAll(' ', '');
  for (const wanted of [
    '大病保险3.00',
    '医疗救助2.00',
    '其他基金1.00',
    '个人账户支付5.00',
    '医院负担）0.50',
    '全自费（医保不报）4.00',
  ])
    expect(text).toContain(wanted);
  expect(text).toContain('说明\n今年400.00元已用完');
});

test('a self-paid visit without anything left and without a QR still makes a slip', () => {
  const self = {
    ...slip,
    fund_pay_sumamt: '0.00',
    hifp_pay: '0.00',
    pool_prop_selfpay: '0.0000',
    left: [],
    qr: '',
  };
  const text = textOf(self).replaceAll(' ', '');
  expect(text).toContain('医保报（基金支付总额）0.00元');
  expect(text).not.toContain('还能报');
  expect(paper(self).qr).toEqual([]);
});

test('never a yen sign, whatever the data hold', () => {
  const bytes = Buffer.from(slipBytes({ ...slip, notes: ['¥5 ￥6'], psn_name: '¥' }));
  // U+FFE5, then U+00A5, in GB18030.
  expect(bytes.includes(Buffer.from([0xa3, 0xa4]))).toBe(false);
  expect(bytes.includes(Buffer.from([0x81, 0x30, 0x84, 0x36]))).toBe(false);
  expect(textOf({ ...slip, notes: ['¥5 ￥6'] })).toContain('元5 元6');
});

test('a name is data: no markup of it does anything, and it stands on the paper as it is', () => {
  const name = '|{code:1}\\n"^`~_=={x:\\x1bp}-\\';
  const hostile = {
    ...slip,
    psn_name: name,
    items: [{ ...BOX, name, spec: '====' }],
    notes: ['---', '{text:nowrap}'],
  };
  const { lines, cuts, qr } = paper(hostile);
  const text = lines.join('\n');
  expect(text).toContain(`姓名：${name}`);
  expect(text).toContain(`${name} ====`);
  expect(text).toContain('\n---\n{text:nowrap}\n');
  expect({ cuts, qr }).toEqual({ cuts: 1, qr: [QR] });
});

test.each([
  ['the override that turns the figures after it around', '\u202e'],
  ['an isolate', '\u2066'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a soft hyphen', '\u00ad'],
  ['a control character', '\u0007'],
  ['half a character', '\ud842'],
])('%s in the data does not reach the printer', (_what, mark) => {
  const put = (text: string) => `${mark}${text.slice(0, 1)}${mark}${text.slice(1)}${mark}`;
  const hidden = {
    ...{ ...slip, psn_name: put(slip.psn_name), operator: put(slip.operator) },
    ...{ fixmedins_name: put(slip.fixmedins_name), notes: [put('说明')] },
    ...{ items: [{ ...BOX, name: put(BOX.name), spec: put(BOX.spec), unit: put(BOX.unit) }] },
    left: [{ title: put('两病用药年度限额'), amount: '245.08' }],
  };
  const clean = { ...slip, notes: ['说明'] };
  expect(Buffer.from(slipBytes(hidden)).equals(Buffer.from(slipBytes(clean)))).toBe(true);
});

test('nothing is wider than the paper or lost from it, however long or strange the data', () => {
  const strange = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'|{}\\^~_`"-=;:¥ \n药𠮷㛃é×2.'), maxLength: 120 }),
  );
  const amount = fc.nat(999_999_999).map((n) => `${n}.07`);
  fc.assert(
    fc.property(strange, strange, strange, amount, (name, spec, note, sum) => {
      const one = { ...slip, medfee_sumamt: sum, items: [{ ...BOX, name, spec, unit: spec }], notes: [note] };
      const { lines, widest, cuts, qr } = paper({
        ...one,
        psn_name: note,
        operator: name,
        fixmedins_name: spec,
      });
      expect(widest).toBeLessThanOrEqual(COLUMNS);
      expect({ cuts, qr }).toEqual({ cuts: 1, qr: [QR] });
      const text = lines.join('\n');
      expect(text.replace(/\s/g, '')).toContain(`总费用${sum}元`);
    }),
    { numRuns: 300 },
  );
});

test('wrapping keeps figures whole and begins no line with a full stop', () => {
  expect(wrap('这次要自己付 26.34 元。', 16)).toEqual(['这次要自己付 ', '26.34 元。']);
  expect(wrap('一二三四。五', 8)).toEqual(['一二三', '四。五']);
  expect(wrap('', 8)).toEqual([]);
});
