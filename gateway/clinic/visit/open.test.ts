import { expect, test } from 'vitest';
import { codeOf } from '../../errors.ts';
import { testDesk } from './testing/desk.ts';

test.each([' ', '\u3000\u00a0', '\t\n', '\u200b\u202e', '· •', '\ufeff'])('%j is no name', (psn_name) => {
  const { desk } = testDesk();
  try {
    desk.open({ psn_name });
    expect.unreachable();
  } catch (error) {
    expect(codeOf(error)).toBe('NAME_EMPTY');
  }
  expect(desk.visits()).toEqual([]);
});
