import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileBundle } from '../../index.ts';
import { RULE_KINDS } from './index.ts';

const BUNDLE = JSON.parse(
  readFileSync(new URL('../../bundles/datong-hunyuan.json', import.meta.url), 'utf8'),
);

it('a pace of nobody in an hour is a mistake', () => {
  const rule = { rule: 'hourly_pace', severity: 'confirm', whose: 'doctor' };
  const one = { ...rule, rule_id: 'R', most: 1 };
  const none = { ...rule, rule_id: 'S', most: 0 };
  const compiled = compileBundle({ ...BUNDLE, audit: [one, none] });
  if (!compiled.ok) throw new Error('must compile');
  expect(compiled.bundle.audit.problems.map(({ path }) => path)).toEqual(['audit[1].most']);
});

it.each([...RULE_KINDS])(
  '%s says in Chinese what it is and what it is against',
  (_, { name, vola_bhvr_type }) => {
    for (const words of [name, vola_bhvr_type]) expect(words).toMatch(/^[\u4e00-\u9fff、/]{2,}$/);
  },
);
