import { expect, test } from 'vitest';
import { search } from './search.ts';

const drugs = [
  { code: 'XC08CAM031A001010203456', name: '苯磺酸左氨氯地平片', pym: 'bhszaldpp', barcode: '2990014000012' },
  { code: 'XA02', name: 'Ｂ族维生素片', pym: 'bzwssp', barcode: null },
];
const found = (typed: string) =>
  search(
    drugs,
    (drug) => drug,
    typed,
    () => 0,
  ).map(({ code }) => code);
const [FIRST, SECOND] = drugs.map(({ code }) => code);

test.each([
  ['2990014000012', FIRST],
  ['２９９００１４００００１２', FIRST],
  [']E02990014000012', FIRST],
  [']C12990014000012\r', FIRST],
  ['】E02990014000012', FIRST],
  ['\u00022990014000012\u0003', FIRST],
  ['\ufeff2990014000012', FIRST],
  ['ＢＨＳＺ', FIRST],
  ['　左氨　', FIRST],
  ['xc08cam031a001010203456', FIRST],
  ['B族', SECOND],
  ['ｂ族', SECOND],
])('%j finds it', (typed, code) => {
  expect(found(typed)).toEqual([code]);
});

test('what is not there is not found', () => {
  expect([found('2990014000013'), found(']C1'), found('左旋')]).toEqual([[], [], []]);
});
