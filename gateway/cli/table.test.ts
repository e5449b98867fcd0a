import { expect, test } from 'vitest';
import { tableOf } from './table.ts';

test('a table stands straight with Chinese in it, amounts at the right, nothing for what is not known', () => {
  const rows = [
    { clinic: 'H1', name: '张庄村卫生室', medfee_sumamt: '26.34', fork: null },
    { clinic: 'H22', name: '李庄', medfee_sumamt: '-1226.34', fork: 3 },
  ];
  expect(tableOf(rows).split('\n')).toEqual([
    'clinic  name          medfee_sumamt  fork',
    'H1      张庄村卫生室          26.34',
    'H22     李庄               -1226.34     3',
  ]);
  expect(tableOf([{ code: 'A' }, { code: 'B', text: '甲' }])).toBe('code  text\nA\nB     甲');
  expect(tableOf([])).toBe('');
});
