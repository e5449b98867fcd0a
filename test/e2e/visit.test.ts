import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, errorWords } from '../../gateway/errors.ts';
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
import type { LedgerRecord } from '../../sync/contract/record.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import { type DemoClinic, ROOT, runCommand, startDemo, until } from '../clinic.ts';
import { at, openScreen, type Screen } from './browser.ts';
import { type Expected, expectedForLiu } from './expected.ts';
import { type Hands, handsOn } from './hands.ts';

const LEVAMLODIPINE = 'XC08CAM031A001010203456';
const catalogue: CatalogueItem[] = JSON.parse(
  readFileSync(join(ROOT, 'gateway/demo/data/catalogue.json'), 'utf8'),
).items;

describe.skipIf(!existsSync('/usr/bin/chromium'))('a doctor, a card, a visit, in a real browser', () => {
  let demo: DemoClinic;
  let screen: Screen;
  let hands: Hands;

  beforeAll(async () => {
    demo = await startDemo();
    screen = await openScreen(demo.address);
    hands = handsOn(screen);
  });
  afterAll(async () => {
    await screen?.close();
    await demo?.stop();
  });

  async function lastSlip(): Promise<string> {
    const text = await hands.panelButton('panel-slip').first().textContent();
    return text ?? '';
  }

  async function inLedger(seq: number) {
    const { code, out } = await runCommand(['ledger', 'export', '--state', demo.clinic]);
    expect(code).toBe(0);
    return JSON.parse(out.split('\n')[seq - 1] ?? '');
  }

  /** The record as the township holds it, out of its own database. */
  function atTownship(seq: number) {
    const db = new Database(join(demo.township, 'township.sqlite'), { readonly: true });
    const row = db.prepare('SELECT jws FROM records WHERE seq = ?').get(seq) as { jws: string } | undefined;
    db.close();
    if (!row) return null;
    return payloadOf<LedgerRecord>(row.jws);
  }

  /** What is read out over the telephone is a number; no English name stands anywhere on the page. */
  async function saysNumber(place: string, code: ErrorCode): Promise<void> {
    expect(await at(screen.page, place).textContent()).toContain(`代号 ${errorWords(code).number}`);
    expect(await screen.page.locator('body').innerText()).not.toMatch(/[A-Z]{2,}_[A-Z]/);
  }

  async function agreesEverywhere(seq: number, { total, fund, person }: Expected) {
    await until('slip', lastSlip, (text) => text.includes(total) && text.includes(String(seq)));
    const slip = await lastSlip();
    for (const amount of [total, fund, person]) expect(slip).toContain(amount);
    const { record } = await inLedger(seq);
    const amounts = { medfee_sumamt: total, fund_pay_sumamt: fund, psn_part_amt: person };
    expect(record.body.answer.setlinfo).toMatchObject(amounts);
    expect(atTownship(seq)).toEqual(record);
  }

  test('logs in with the PIN', async () => {
    const { page } = screen;
    await hands.logIn();
    await expect.poll(() => at(page, 'identify-light').textContent(), { timeout: 10_000 }).toContain('正常');
    await expect
      .poll(() => at(page, 'township-light').textContent(), { timeout: 10_000 })
      .toContain('已连上');
    // What each number of the empty desk is, in words.
    const day = await at(page, 'day').textContent();
    for (const label of ['今天看了', '总费用', '医保报', '收了现金']) expect(day).toContain(label);
  });

  test('26.34 yuan: 14.92 from the fund, 11.42 from the person, the same fen in all four places', async () => {
    await hands.putCard('刘建国');
    await hands.diagnose('GXY');
    await at(screen.page, 'item-search').fill('ZXALDP');
    await at(screen.page, 'item-hit').first().click();
    const expected = { total: '26.34', fund: '14.92', person: '11.42' };
    await at(screen.page, 'line-why').click();
    await expect.poll(() => at(screen.page, 'why-text').textContent()).toContain('报 14.92 元');
    const seq = await hands.settle(expected);
    await agreesEverywhere(seq, expected);
  });

  test('amounts drawn at random agree with a calculation of their own', async () => {
    const dear = catalogue.filter(({ pric, list_type }) => list_type.startsWith('1') && Number(pric) < 30);
    const seed = Math.floor(Math.random() * 1e9);
    const draw = (n: number, salt: number) => (seed * (2 * salt + 7919) + salt * 104_729) % n;
    const first = dear[draw(dear.length, 1)] as CatalogueItem;
    const others = dear.filter(({ med_list_codg }) => med_list_codg !== first.med_list_codg);
    const lines = [
      { item: first, cnt: 1 + draw(3, 2) },
      { item: others[draw(others.length, 3)] as CatalogueItem, cnt: 1 + draw(3, 4) },
    ];
    const said = lines.map(({ item, cnt }) => `${item.med_list_codg} × ${cnt}`).join(', ');
    console.log(`random visit, seed ${seed}: ${said}`);
    await hands.putCard('刘建国');
    await hands.diagnose('GXY');
    for (const { item, cnt } of lines) await hands.prescribe(item.med_list_codg, cnt);
    const expected = expectedForLiu(lines);
    const seq = await hands.settle(expected);
    await agreesEverywhere(seq, expected);
  });

  test('with the township cut off the visit goes on, and the record goes up when the line is back', async () => {
    const { page } = screen;
    await hands.panelButton('panel-link').click();
    await expect
      .poll(() => at(page, 'township-light').textContent(), { timeout: 20_000 })
      .toContain('照常看病');
    await saysNumber('township-light', 'LINK_DOWN');
    await hands.putCard('刘建国');
    await at(page, 'repeat').click();
    await hands.settleOnly();
    await page.locator('[data-test="tick-slip"][data-done="true"]').waitFor();
    expect(await page.locator('[data-test="tick-township"][data-done="true"]').count()).toBe(0);
    await hands.panelButton('panel-link').click();
    await page.locator('[data-test="tick-township"][data-done="true"]').waitFor({ timeout: 60_000 });
  });

  test('a person nobody knows gets a self-pay visit', async () => {
    await hands.putCard('钱过路');
    await expect.poll(() => at(screen.page, 'self-pay').textContent()).toContain('自费');
    await saysNumber('self-pay', 'PERSON_UNKNOWN');
    await hands.prescribe(LEVAMLODIPINE, 1);
    const expected = { total: '26.34', fund: '0.00', person: '26.34' };
    await agreesEverywhere(await hands.settle(expected), expected);
  });

  test('no paper: the visit is settled, the slip waits and comes when there is paper', async () => {
    const { page } = screen;
    await hands.panelButton('panel-paper').click();
    await expect.poll(() => at(page, 'print-light').textContent(), { timeout: 20_000 }).toContain('纸');
    await saysNumber('print-light', 'PRINTER_PAPER_END');
    await hands.putCard('刘建国');
    await at(page, 'repeat').click();
    await hands.settleOnly();
    await page.locator('[data-test="tick-ledger"][data-done="true"]').waitFor();
    expect(await page.locator('[data-test="tick-slip"][data-done="true"]').count()).toBe(0);
    await hands.panelButton('panel-paper').click();
    await page.locator('[data-test="tick-slip"][data-done="true"]').waitFor({ timeout: 30_000 });
  });

  test('owed is owed everywhere, stays chosen over a reload, and nothing of it is paid out', async () => {
    const { page } = screen;
    await hands.putCard('刘建国');
    await hands.diagnose('GXY');
    await hands.prescribe(LEVAMLODIPINE, 1);
    await at(page, 'paid-owed').locator('..').click();
    await page.locator('.money[data-fresh="true"]').waitFor();
    await page.reload();
    await at(page, 'person-name').filter({ hasText: '刘建国' }).waitFor();
    expect(await at(page, 'paid-owed').isChecked()).toBe(true);
    await hands.settleOnly();
    await expect.poll(() => at(page, 'due-words').textContent()).toMatch(/^先欠着 [\d.]+ 元$/);
    const due = await at(page, 'due').textContent();
    const seq = Number(await at(page, 'after').getAttribute('data-seq'));
    await until('slip', lastSlip, (text) => text.includes(`-${seq}`));
    expect((await lastSlip()).replaceAll(' ', '')).toContain(`欠着${due}元，没有收`);
    await at(page, 'today').click();
    const row = page.locator(`[data-test="today-row"][data-seq="${seq}"]`);
    expect(await row.locator('[data-test="today-due"]').textContent()).toBe(`先欠着 ${due} 元`);
    expect(await at(page, 'today-sums').textContent()).toContain(`欠着 ${due}`);
    await row.locator('[data-test="today-reverse"]').click();
    expect(await at(page, 'refund-words').textContent()).toBe(`没收过 ${due} 元，不用退`);
    expect(await at(page, 'refund-cash').count()).toBe(0);
    await at(page, 'reverse-ready').first().click();
    await at(page, 'reverse-yes').click();
    await expect.poll(() => row.getAttribute('data-reversed')).toBe('true');
    await until('reversal slip', lastSlip, (text) => text.includes(`-${seq + 1}`));
    expect(await lastSlip()).toContain('不用退钱');
    expect(await lastSlip()).not.toContain('退现金');
    await at(page, 'today-back').click();
    expect(await at(page, 'due-words').textContent()).toBe(`没收过 ${due} 元，不用退`);
    const goOn = async () => {
      if ((await at(page, 'next').count()) > 0) await at(page, 'next').click();
      return at(page, 'just-settled').count();
    };
    await expect.poll(goOn).toBe(1); // not in haste
    expect(await at(page, 'just-settled').textContent()).toContain(
      `已撤销：刘建国，没收过 ${due} 元，不用退`,
    );
  });

  test('a price that is not true now is not shown as one', async () => {
    const { page } = screen;
    await hands.putCard('蔡润斌');
    await hands.prescribe(LEVAMLODIPINE, 1);
    await expect.poll(() => at(page, 'medfee').textContent()).toBe('26.34');
    await at(page, 'line-cnt').fill('abc');
    for (const amount of ['medfee', 'fund', 'person-pays', 'line-fee', 'line-fund'])
      await expect.poll(() => at(page, amount).textContent(), { message: amount }).toBe('—');
    await at(page, 'line-cnt').fill('2');
    await expect.poll(() => at(page, 'medfee').textContent()).toBe('52.68');
    await page.route('**/quote', (route) => setTimeout(() => void route.continue().catch(() => {}), 2_000));
    await at(page, 'line-cnt').fill('3');
    await expect.poll(() => at(page, 'medfee').textContent()).toBe('—');
    await page.unroute('**/quote');
    await expect.poll(() => at(page, 'medfee').textContent(), { timeout: 10_000 }).toBe('79.02');
    await at(page, 'close-visit').click();
  });

  test('今天: a visit taken back, the day closed, and the township holds both', async () => {
    const { page } = screen;
    await at(page, 'today').click();
    const standing = page.locator('[data-test="today-row"][data-reversed="false"]').first();
    const seq = Number(await standing.getAttribute('data-seq'));
    const newest = page.locator(`[data-test="today-row"][data-seq="${seq}"]`);
    const all = await at(page, 'today-row').count();
    const before = await page.locator('[data-test="today-row"][data-reversed="true"]').count();
    await newest.locator('[data-test="today-reverse"]').click();
    expect(await at(page, 'reverse-yes').getAttribute('aria-disabled')).toBe('true'); // not without a reason
    await at(page, 'reverse-ready').first().click();
    await at(page, 'refund-code').locator('..').click();
    await at(page, 'reverse-yes').click();
    await expect.poll(() => newest.getAttribute('data-reversed')).toBe('true');
    await at(page, 'day-close').click();
    const closed = at(page, 'day-closed');
    await expect.poll(() => closed.textContent()).toContain(`结算 ${all} 笔，撤销 ${before + 1} 笔`);
    const { out } = await runCommand(['ledger', 'export', '--state', demo.clinic]);
    const [reversal, close] = out
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line).record);
    expect(reversal).toMatchObject({
      kind: 'reversal',
      body: { of: { seq }, reason: '药开错了', refund: [{ way: 'code' }] },
    });
    expect(close).toMatchObject({ kind: 'day-close', body: { reversals: before + 1 } });
    expect(await closed.textContent()).toContain(close.body.fund_pay_sumamt);
    await until(
      'township',
      async () => atTownship(close.seq),
      (record) => record !== null,
    );
    expect([atTownship(reversal.seq), atTownship(close.seq)]).toEqual([reversal, close]);
    await at(page, 'today-back').click();
  });

  test('the page had nothing to complain of, and ledger and township verify', async () => {
    expect(screen.complaints).toEqual([]);
    expect((await runCommand(['ledger', 'verify', '--state', demo.clinic])).code).toBe(0);
    expect((await runCommand(['ledger', 'replay', '--state', demo.clinic])).code).toBe(0);
    expect((await runCommand(['township', 'verify', '--state', demo.township])).code).toBe(0);
  });
});
