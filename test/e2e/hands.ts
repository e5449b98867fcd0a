import { expect } from 'vitest';
import { PIN } from '../clinic.ts';
import { at, type Screen } from './browser.ts';
import type { Expected } from './expected.ts';

/** What a doctor does at the page, and the demo's panel under it. */
export type Hands = ReturnType<typeof handsOn>;

export function handsOn(screen: Screen) {
  const panel = () => screen.page.frameLocator('[data-test="demo-frame"]');
  const panelButton = (name: string) => panel().locator(`[data-test="${name}"]`);

  async function putCard(name: string) {
    await panelButton('panel-card-up').click();
    await panelButton('panel-card').filter({ hasText: name }).click();
    await at(screen.page, 'person-name').filter({ hasText: name }).waitFor();
  }

  /** As a doctor types: the code, Enter; then the number of boxes. */
  async function prescribe(code: string, cnt: number) {
    const { page } = screen;
    await at(page, 'item-search').fill(code);
    await page.locator(`[data-test="item-hit"][data-key="${code}"]`).waitFor();
    await at(page, 'item-search').press('Enter');
    const line = page.locator(`[data-test="line"][data-item="${code}"]`);
    await line.locator('[data-test="line-cnt"]').fill(String(cnt));
  }

  async function diagnose(initials: string) {
    await at(screen.page, 'diag-search').fill(initials);
    await at(screen.page, 'diag-hit').first().click();
  }

  /** Waits for the three numbers, settles, waits for all ticks; gives the record's seq. */
  async function settle({ total, fund, person }: Expected): Promise<number> {
    const { page } = screen;
    await expect.poll(() => at(page, 'medfee').textContent(), { timeout: 10_000 }).toContain(total);
    expect(await at(page, 'fund').textContent()).toContain(fund);
    expect(await at(page, 'person-pays').textContent()).toContain(person);
    await settleOnly();
    await expect.poll(() => at(page, 'due').textContent(), { timeout: 10_000 }).toContain(person);
    for (const tick of ['tick-ledger', 'tick-slip', 'tick-township'])
      await page.locator(`[data-test="${tick}"][data-done="true"]`).waitFor();
    return Number(await at(page, 'after').getAttribute('data-seq'));
  }

  async function logIn() {
    const { page } = screen;
    await at(page, 'login-opter').first().click();
    await at(page, 'pin').fill(PIN);
    await at(page, 'sign-in').click();
    await at(page, 'put-card').waitFor();
  }

  /** Waits for a price, says why where the audit asks, and presses 结算. */
  async function settleOnly() {
    const { page } = screen;
    await page.locator('.money[data-fresh="true"]').waitFor();
    await giveReasons();
    await expect.poll(() => at(page, 'settle').getAttribute('aria-disabled')).not.toBe('true');
    await at(page, 'settle').click();
  }

  /** The first reason at hand, wherever the audit asks for one. */
  async function giveReasons() {
    const asks = screen.page.locator('[data-test="finding"][data-asks="true"]');
    for (let left = await asks.count(); left > 0; left--) {
      await asks.first().locator('[data-test="reason-ready"]').first().click();
      await expect.poll(() => asks.count()).toBe(left - 1);
    }
  }

  return { panelButton, putCard, prescribe, diagnose, settle, settleOnly, logIn };
}
