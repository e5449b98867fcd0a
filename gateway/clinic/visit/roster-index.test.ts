import { describe, expect, test } from 'vitest';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { indexRoster } from './roster-index.ts';
import { cardOf, DOCTOR, DRAFT, HYPERTENSION, install, PATIENT, person, testDesk } from './testing/desk.ts';

const LIU: Person = person(PATIENT);
const row = (changes: Partial<Person>): Person => ({ ...LIU, ...changes });

/** What a visit by card or by roster costs when these rows are the roster. */
function priced(rows: Person[], who: 'card' | 'roster' = 'card', card: Partial<Person> = {}) {
  const here = testDesk();
  install(here.ledger, 'roster', { persons: rows });
  const { psn_name, certno, gend, brdy } = { ...LIU, ...card };
  const credential = cardOf({ psn_name, certno, gend, brdy });
  const { id } = here.desk.open(who === 'card' ? { credential } : { psn_no: PATIENT });
  const { self_pay_reason, answer, digest } = here.desk.quote(id, DRAFT, DOCTOR);
  expect(digest).not.toBeNull();
  return [self_pay_reason, answer?.outcome === 'payable' ? answer.setlinfo.psn_part_amt : null];
}

describe('a number in the roster is the number on the card', () => {
  test.each([
    ['in small letters', '14022519740506002x', '14022519740506002X'],
    ['with blanks', ' 140225 19740506 9155', LIU.certno],
    ['full-width', '１４０２２５１９７４０５０６９１５５', LIU.certno],
    ['with a zero-width blank', `${LIU.certno}\u200b`, LIU.certno],
    ['of fifteen digits', '140225740506915', LIU.certno],
  ])('%s', (_what, certno, onCard) => {
    expect(priced([row({ certno })], 'card', { certno: onCard })).toEqual([null, '11.42']);
  });

  test('and that of another is not', () => {
    expect(priced([row({ certno: '140225197405069156' })])[0]).toBe('PERSON_SAME_NAME');
  });
});

describe('several rows of one person', () => {
  const paused = row({ insutype: '310', psn_insu_stas: '2' });
  test.each([
    ['the active one last', [paused, LIU]],
    ['the active one first', [LIU, paused]],
    ['each with its own psn_no', [row({ ...paused, psn_no: 'P-OTHER' }), LIU]],
    ['in another form of the number', [row({ ...paused, psn_no: 'P2', certno: '140225740506915' }), LIU]],
    ['three of them', [paused, LIU, row({ psn_insu_stas: '4' })]],
  ])('are several insurances: %s, and it counts', (_what, rows) => {
    expect(priced(rows)).toEqual([null, '11.42']);
    expect(priced(rows, 'roster')).toEqual([null, '11.42']);
    expect(indexRoster(rows).persons).toEqual([LIU]);
  });

  test('count by insutype where two are active, whatever their order', () => {
    const both = [LIU, row({ insutype: '310' })];
    for (const rows of [both, both.toReversed()])
      expect(indexRoster(rows).persons.map(({ insutype }) => insutype)).toEqual(['310']);
  });

  test('with a death among them are a death', () => {
    expect(priced([LIU, row({ insutype: '310', surv_stas: '2' })])[0]).toBe('PERSON_DECEASED');
  });
});

describe('one number of two persons', () => {
  const rows = [LIU, row({ psn_no: 'P-OTHER', psn_name: '王别人' })];

  test('belongs to the one whose name is on the card', () => {
    expect(priced(rows)).toEqual([null, '11.42']);
    expect(indexRoster(rows).byCertificate(LIU.certno, '王别人')?.psn_no).toBe('P-OTHER');
  });

  test('belongs to nobody when the card has another name, and says so', () => {
    expect(priced(rows, 'card', { psn_name: '赵某' })).toEqual(['PERSON_NUMBER_SHARED', '26.34']);
  });
});

test.each([
  ['is no day', '1974-02-30'],
  ['lies ahead', '2174-05-06'],
])('a birth date that %s: the person pays himself', (_what, brdy) => {
  expect(priced([row({ brdy })])).toEqual(['PERSON_BIRTH_INVALID', '26.34']);
});

test('a quantity may be typed under a Chinese keyboard', () => {
  const { desk } = testDesk();
  const { id } = desk.open({ psn_no: PATIENT });
  const [item] = DRAFT.items;
  const quote = (cnt: string) =>
    desk.quote(
      id,
      { diagnoses: [{ diag_code: HYPERTENSION }], items: [{ ...item, cnt }] } as typeof DRAFT,
      DOCTOR,
    );
  expect(quote('１').digest).toBe(quote('1').digest);
  expect(quote('0。5').digest).toBe(quote('0.5').digest);
  expect(quote('一').problems).toMatchObject([{ code: 'ITEM_QUANTITY' }]);
});
