import { expect, test } from 'vitest';
import { lineFee } from '../../../policy/index.ts';
import { BOX_OF_26_34, DOCTOR, DRAFT, install, PATIENT, testDesk } from './testing/desk.ts';

test.each([
  ['1', '0.005', '0.01'],
  ['3', '0.015', '0.05'],
  ['1', '26.345', '26.35'],
  ['2', '13.1724', '26.34'],
])('a line of %s at %s has the fee that policy asks for, so it can be settled', (cnt, pric, fee) => {
  const here = testDesk();
  const { content } = here.ledger.dataset('catalogue') ?? { content: '{}' };
  const catalogue: { items: { med_list_codg: string }[] } = JSON.parse(content);
  const items = catalogue.items.map((item) =>
    item.med_list_codg === BOX_OF_26_34 ? { ...item, pric, pric_uplmt_amt: pric } : item,
  );
  install(here.ledger, 'catalogue', { ...catalogue, items });
  const { id } = here.desk.open({ psn_no: PATIENT });
  const draft = { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt, prd_days: 14 * Number(cnt) }] };
  const { problems, claim, answer } = here.desk.quote(id, draft, DOCTOR);
  expect([problems, claim?.items[0]?.det_item_fee_sumamt]).toEqual([[], lineFee(cnt, pric)]);
  expect(answer).toMatchObject({ outcome: 'payable', setlinfo: { medfee_sumamt: fee } });
});

test.each([
  ['0.0001', '26.34', 'ITEM_FEE_ZERO'],
  ['0.0004', '8.78', 'ITEM_FEE_ZERO'],
  ['1', '0.0049', 'ITEM_FEE_ZERO'],
  ['0.0001', '49.99', 'ITEM_FEE_ZERO'],
  ['0.0001', '50.00', null],
  ['1', '0.005', null],
  ['1', '0', null],
  ['0.5', '0.00', null],
  ['1000', '26.34', 'ITEM_QUANTITY'],
  ['0', '26.34', 'ITEM_QUANTITY'],
])('%s of what costs %s: %s', (cnt, pric, code) => {
  const here = testDesk();
  const { content } = here.ledger.dataset('catalogue') ?? { content: '{}' };
  const catalogue: { items: { med_list_codg: string }[] } = JSON.parse(content);
  const items = catalogue.items.map((item) =>
    item.med_list_codg === BOX_OF_26_34 ? { ...item, pric, pric_uplmt_amt: pric } : item,
  );
  install(here.ledger, 'catalogue', { ...catalogue, items });
  const { id } = here.desk.open({ psn_no: PATIENT });
  const draft = { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt, prd_days: 14 }] };
  const { problems, digest } = here.desk.quote(id, draft, DOCTOR);
  expect(problems.filter(({ line }) => line === 0).map((problem) => problem.code)).toEqual(
    code ? [code] : [],
  );
  if (code) expect(digest).toBeNull();
});
