/**
 * The audit as the doctor meets it: a line that is not paid, a reason by one touch, a pack's trace code by
 * the scanner.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
import { type DemoClinic, ROOT, runCommand, startDemo } from '../clinic.ts';
import { at, openScreen, type Screen } from './browser.ts';
import { expectedForLiu } from './expected.ts';
import { type Hands, handsOn } from './hands.ts';

const items: CatalogueItem[] = JSON.parse(
  readFileSync(join(ROOT, 'gateway/demo/data/catalogue.json'), 'utf8'),
).items;

const named = (name: string): CatalogueItem => {
  const item = items.find(({ hilist_name }) => hilist_name === name);
  if (!item) throw new Error(`no ${name} in the catalogue`);
  return item;
};

const FOR_WOMEN = named('益母草颗粒');
const LIMITED = named('磷酸奥司他韦胶囊');
const TRACED = named('连花清瘟胶囊');
const TRACE_CODE = '81234567890123456789';

describe.skipIf(!existsSync('/usr/bin/chromium'))('the audit, in a real browser', () => {
  let demo: DemoClinic;
  let screen: Screen;
  let hands: Hands;

  beforeAll(async () => {
    demo = await startDemo();
    screen = await openScreen(demo.address);
    hands = handsOn(screen);
    await hands.logIn();
    await hands.putCard('刘建国');
    await hands.diagnose('GXY');
  });
  afterAll(async () => {
    await screen?.close();
    await demo?.stop();
  });

  const findings = (severity: string) =>
    at(screen.page, 'finding').and(screen.page.locator(`[data-severity="${severity}"]`));
  const blocked = () => at(screen.page, 'settle').getAttribute('aria-disabled');

  test('what the insurer does not pay is said at the line, and is the person’s to pay', async () => {
    await hands.prescribe(FOR_WOMEN.med_list_codg, 1);
    await expect.poll(() => findings('deny').textContent()).toContain('只用于女性');
    expect(await at(screen.page, 'line-fund').textContent()).toBe('0.00');
  });

  test('settling waits for a reason; one touch gives it, and it may be changed', async () => {
    const { page } = screen;
    await hands.prescribe(LIMITED.med_list_codg, 1);
    await expect.poll(() => findings('confirm').textContent()).toContain('限流感重症高危人群');
    expect(await blocked()).toBe('true');
    expect(await at(page, 'settle-why').textContent()).toContain('要写理由');
    await at(page, 'reason-ready').first().click();
    await expect.poll(() => at(page, 'reason-given').textContent()).toContain('病情需要');
    await at(page, 'reason-again').click();
    // By touch: the button is there once something is written.
    expect(await at(page, 'reason-own-yes').count()).toBe(0);
    await at(page, 'reason-own').fill('高烧三天，有糖尿病');
    await at(page, 'reason-own-yes').click();
    await expect.poll(() => at(page, 'reason-given').textContent()).toContain('高烧三天');
    await expect.poll(blocked).not.toBe('true');
  });

  test('a pack’s trace code goes where the scanner types it', async () => {
    const { page } = screen;
    await hands.prescribe(TRACED.med_list_codg, 1);
    await expect.poll(() => findings('confirm').count()).toBe(2);
    expect(await at(page, 'reason-ready').first().textContent()).toBe('码磨花了，扫不出');
    await at(page, 'trace-code').fill(TRACE_CODE);
    await at(page, 'trace-code').press('Enter');
    await expect.poll(() => findings('confirm').count()).toBe(1);
    expect(await at(page, 'trace-code-one').textContent()).toContain(TRACE_CODE.slice(-6));
  });

  test('a drug typed into the field of a trace code is looked for among the drugs, and is no code', async () => {
    const { page } = screen;
    await at(page, 'trace-code').fill('amxl');
    await at(page, 'trace-code').press('Enter');
    await expect.poll(() => at(page, 'item-search').inputValue()).toBe('amxl');
    await at(page, 'item-hit').first().waitFor();
    expect(await at(page, 'trace-said').textContent()).toContain('这不是追溯码');
    expect(await at(page, 'trace-code-one').count()).toBe(1);
    await at(page, 'item-search').press('Escape');
  });

  test('the record keeps what was found and what the doctor said; replay gets the same fen', async () => {
    const lines = [FOR_WOMEN, LIMITED, TRACED].map((item) => ({ item, cnt: 1 }));
    const seq = await hands.settle(expectedForLiu(lines));
    const { out } = await runCommand(['ledger', 'export', '--state', demo.clinic]);
    const { body } = JSON.parse(out.split('\n')[seq - 1] ?? '').record;
    expect(body.findings.map(({ rule_id, sev_deg }: Record<string, string>) => [rule_id, sev_deg])).toEqual(
      expect.arrayContaining([
        ['C04', '1'],
        ['C08', '2'],
      ]),
    );
    expect(body.reasons).toEqual([
      { warn_rslt_id: 'C08-1', dspo_way: '1', dspo_way_rea: '高烧三天，有糖尿病' },
    ]);
    expect(body.lines[2].drug_trac_codg).toEqual([TRACE_CODE]);
    expect((await runCommand(['ledger', 'replay', '--state', demo.clinic])).code).toBe(0);
  });

  test('the same pack cannot be sold twice without a word', async () => {
    const { page } = screen;
    await hands.putCard('刘建国');
    await hands.prescribe(TRACED.med_list_codg, 1);
    // Under a Chinese keyboard the digits are wide: the same pack.
    const wide = TRACE_CODE.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    await at(page, 'trace-code').fill(wide);
    await at(page, 'trace-code').press('Enter');
    await expect.poll(() => findings('confirm').textContent()).toContain('已经卖过一次');
    expect(await blocked()).toBe('true');
  });

  test('what has no price yet is kept too: a browser that has forgotten everything shows it again', async () => {
    const { page } = screen;
    await at(page, 'line-cnt').fill('');
    const kept = page.waitForResponse((response) => response.url().endsWith('/quote'));
    await hands.diagnose('gxy');
    await kept;
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await at(page, 'tab').filter({ hasText: '刘建国' }).click();
    await expect.poll(() => at(page, 'diag').count()).toBe(1);
    expect(await at(page, 'line-cnt').inputValue()).toBe('');
    expect(await at(page, 'trace-code-one').count()).toBe(1);
  });

  test('the page had nothing to complain of', () => {
    expect(screen.complaints).toEqual([]);
  });
});
