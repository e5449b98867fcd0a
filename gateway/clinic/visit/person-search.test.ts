import { expect, test } from 'vitest';
import { searchPersons } from './person-search.ts';
import { PATIENT, PAUSED, person } from './testing/desk.ts';

const LIU = person(PATIENT);
const ROWS = [
  LIU,
  person(PAUSED),
  { ...LIU, psn_no: 'P-GULI', psn_name: '古丽·买买提', pym: 'glmmt', certno: '65010119800101002x' },
  {
    ...LIU,
    psn_no: 'P-JOHN',
    psn_name: 'JOHN SMITH',
    pym: '',
    certno: '911124198108030024',
    former_certno: ['CAN110186062105'],
  },
  { ...LIU, psn_no: 'P-OTHER', psn_name: '王别人', pym: 'wbr', certno: '140225195003029155' },
];
const found = (typed: string) => searchPersons(ROWS, typed).map(({ psn_no }) => psn_no);

test.each([
  ['the whole number', '140225197405069155', [PATIENT]],
  ['with blanks', '140225 19740506 9155', [PATIENT]],
  ['full-width', '１４０２２５１９７４０５０６９１５５', [PATIENT]],
  ['a small x', '65010119800101002x', ['P-GULI']],
  ['of a foreigner', '911124198108030024', ['P-JOHN']],
  ['of a foreigner before', 'can110186062105', ['P-JOHN']],
  ['the last four', '9155', [PATIENT, 'P-OTHER']],
  ['the last four and a name', '9155 刘建国', [PATIENT]],
  ['a name and the last four', '刘 9155', [PATIENT]],
  ['without a blank', '王别人9155', ['P-OTHER']],
  ['initials and the last four', 'wbr 9155', ['P-OTHER']],
  ['the last four with X', '002X', ['P-GULI']],
  ['the last eight', '05069155', [PATIENT]],
  ['a name that is not of this number', '刘建国 0024', []],
  ['a name with a blank', '刘 建国', [PATIENT]],
  ['a name without its dot', '古丽买买提', ['P-GULI']],
  ['a name with another dot', '古丽•买', ['P-GULI']],
  ['three digits are no number', '155', []],
  ['a dot', '·', []],
  ['nothing', ' ', []],
] as const)('a person is found by %s', (_how, typed, psn_nos) => {
  expect(found(typed)).toEqual(psn_nos);
});

test('the number at the insurer is found as before', () => {
  expect(found(PATIENT)).toEqual([PATIENT]);
  expect(found(PATIENT.slice(0, 8))).toContain(PATIENT);
});
