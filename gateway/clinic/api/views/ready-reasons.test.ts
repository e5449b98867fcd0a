import { expect, test } from 'vitest';
import { RULE_KINDS } from '../../../../policy/audit/rules/index.ts';
import { readyReasons } from './ready-reasons.ts';

test('every rule has reasons to touch, and a code that cannot be scanned is no journey', () => {
  for (const { vola_bhvr_type } of RULE_KINDS.values())
    expect(readyReasons(vola_bhvr_type).length, vola_bhvr_type).toBeGreaterThan(0);
  expect(readyReasons('回流药').join()).toMatch(/扫不出.*没有码/);
  expect(readyReasons('回流药').join()).not.toContain('外出');
});
