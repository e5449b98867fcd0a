import type { Page } from 'playwright-core';
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { PIN } from '../clinic.ts';
import { at } from '../e2e/browser.ts';
import type { SeededRandom } from '../processes/samples.ts';

/** What the page told a doctor when a visit was settled. */
export interface Told {
  seq: number;
  psn_no: string;
  psn_name: string;
  /** 自己付 as the page showed it. */
  due: string;
  paid_way: 'cash' | 'code' | 'owed';
  reversed: boolean;
}

/** A visit under way. */
interface Wanted {
  person: Person;
  paid_way: Told['paid_way'];
  items: CatalogueItem[];
  /** The person's newest seq in 今天 before it began. */
  seqBefore: number;
  /** 结算 was pressed, and no outcome seen yet. */
  pressed: boolean;
}

const VISIT_MS_MAX = 240_000;
const STEP_MS = 60;
const WAYS = ['cash', 'cash', 'code', 'owed'] as const;
const chinaToday = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A doctor at one page. Does, again and again, what the page asks for at that moment, as a person does who
 * does not know what is going on behind it.
 */
export class PageDoctor {
  readonly page: Page;
  readonly #persons: Person[];
  readonly #items: CatalogueItem[];
  readonly #random: SeededRandom;
  #next = 0;
  /** Days that the page asked for, and those answers that it refused. */
  readonly asked = { days: 0, refused: 0 };

  constructor(page: Page, persons: Person[], items: CatalogueItem[], random: SeededRandom) {
    this.page = page;
    this.#persons = persons;
    this.#items = items;
    this.#random = random;
  }

  #shows = (name: string) => at(this.page, name).first().isVisible();
  #press = (name: string) => at(this.page, name).first().click({ timeout: 1_000 });

  /** One whole visit; throws when the page leads nowhere for four minutes. */
  async visit(): Promise<Told> {
    const person = this.#persons[this.#next++ % this.#persons.length];
    if (!person) throw new Error('nobody to treat');
    const wanted: Wanted = {
      person,
      paid_way: this.#random.pick(WAYS),
      items: Array.from({ length: 1 + this.#random.below(2) }, () => this.#random.pick(this.#items)),
      seqBefore: (await this.#inTime(() => this.#newestRow(person)))?.seq ?? 0,
      pressed: false,
    };
    return this.#inTime(async () => ((await this.#interrupted()) ? null : this.#step(wanted)));
  }

  /** Tries until it gives something. A page that redraws under the finger is tried again. */
  async #inTime<T>(work: () => Promise<T | null>): Promise<T> {
    for (const began = performance.now(); performance.now() - began < VISIT_MS_MAX; await sleep(STEP_MS)) {
      try {
        const found = await work();
        if (found !== null) return found;
      } catch (error) {
        if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
      }
    }
    throw new Error(`stuck: ${(await this.page.locator('body').innerText()).slice(0, 1_500)}`);
  }

  /** What the page asks for now; the visit's outcome when it is there. */
  async #step(wanted: Wanted): Promise<Told | null> {
    const { person, items, paid_way } = wanted;
    if (await this.#shows('after')) {
      const told = await this.#told(person, paid_way);
      await this.#press('next');
      return told;
    }
    if (await this.#shows('visit')) {
      const name = await at(this.page, 'person-name').textContent({ timeout: 1_000 });
      if (name !== person.psn_name) await this.#press('other');
      else if (await this.#prescribed(items, paid_way)) {
        await this.#press('settle');
        wanted.pressed = true;
        await sleep(4 * STEP_MS);
      }
      return null;
    }
    // The sheet is gone without an answer: it may have been settled all the same.
    if (wanted.pressed) {
      const row = await this.#newestRow(person);
      if (row && row.seq > wanted.seqBefore) return { ...row, paid_way };
      if (row) wanted.pressed = false;
      return null;
    }
    await this.#choose(person);
    return null;
  }

  /** Whatever stands in the way of work: the PIN, the day, a lost gateway, a notice. */
  async #interrupted(): Promise<boolean> {
    if (await this.#shows('pin')) {
      if (!(await at(this.page, 'login-opter').first().isVisible())) return true;
      await this.#press('login-opter');
      await at(this.page, 'pin').fill(PIN, { timeout: 1_000 });
      await this.#press('sign-in');
      await sleep(300);
      return true;
    }
    if (await this.#shows('ask-day')) {
      this.asked.days += 1;
      await at(this.page, 'ask-day-date').fill(chinaToday(), { timeout: 1_000 });
      await at(this.page, 'ask-day-pin').fill(PIN, { timeout: 1_000 });
      await this.#press('ask-day-yes');
      await sleep(300);
      if (await this.#shows('ask-day')) this.asked.refused += 1;
      return true;
    }
    if (await this.#shows('lost')) {
      await at(this.page, 'lost').getByText('不要了').click({ timeout: 1_000 });
      return true;
    }
    return this.#shows('offline');
  }

  /** Finds the person by name, as for somebody who has left the card at home. */
  async #choose(person: Person): Promise<void> {
    if (await this.#shows('today-back')) await this.#press('today-back');
    const field = at(this.page, 'person-search');
    if (!(await field.isVisible())) await this.#press('no-card');
    await field.fill(person.psn_name, { timeout: 1_000 });
    await this.page
      .locator(`[data-test="person-hit"][data-key="${person.psn_no}"]`)
      .click({ timeout: 2_000 });
    await at(this.page, 'visit').waitFor({ timeout: 2_000 });
  }

  /** Writes what is missing; true when 结算 may be pressed. */
  async #prescribed(items: CatalogueItem[], paid_way: Told['paid_way']): Promise<boolean> {
    const { page } = this;
    if ((await at(page, 'line').count()) === 0) {
      if (await this.#shows('repeat')) await this.#press('repeat');
      else for (const item of items) await this.#write(item);
    }
    if ((await at(page, 'diag').count()) === 0) {
      await at(page, 'diag-search').fill('GXY', { timeout: 1_000 });
      await at(page, 'diag-hit').first().click({ timeout: 1_000 });
    }
    await this.#giveReasons();
    // The pill is drawn over the radio button, as the doctor's finger meets it.
    const isFree = (await at(page, 'free').count()) > 0;
    if (!isFree) await at(page, `paid-${paid_way}`).locator('..').click({ timeout: 1_000 });
    return (await at(page, 'settle').getAttribute('aria-disabled', { timeout: 1_000 })) !== 'true';
  }

  async #write(item: CatalogueItem): Promise<void> {
    const { page } = this;
    await at(page, 'item-search').fill(item.med_list_codg, { timeout: 1_000 });
    await page.locator(`[data-test="item-hit"][data-key="${item.med_list_codg}"]`).click({ timeout: 2_000 });
    const line = page.locator(`[data-test="line"][data-item="${item.med_list_codg}"]`);
    await line.locator('[data-test="line-cnt"]').fill('1', { timeout: 1_000 });
  }

  async #giveReasons(): Promise<void> {
    const asks = this.page.locator('[data-test="finding"][data-asks="true"] [data-test="reason-ready"]');
    for (let left = 10; left > 0 && (await asks.count()) > 0; left--) {
      await asks.first().click({ timeout: 1_000 });
      await sleep(STEP_MS);
    }
  }

  async #told(person: Person, paid_way: Told['paid_way']): Promise<Told | null> {
    const after = at(this.page, 'after');
    const [seq, text, due] = await Promise.all([
      after.getAttribute('data-seq', { timeout: 1_000 }),
      after.textContent({ timeout: 1_000 }),
      at(this.page, 'due').textContent({ timeout: 1_000 }),
    ]);
    if (!text?.includes(person.psn_name)) return null;
    const { psn_no, psn_name } = person;
    return { seq: Number(seq), psn_no, psn_name, due: amountIn(due), paid_way, reversed: false };
  }

  /** The newest visit of a person in 今天 (seq 0: none); null when the page cannot show it now. */
  async #newestRow(person: Person): Promise<Omit<Told, 'paid_way'> | null> {
    if (await this.#interrupted()) return null;
    if (!(await this.#shows('today-list'))) await this.#press('today');
    await at(this.page, 'today-list')
      .getByText(/今天还没有结算过|记录|撤销/)
      .first()
      .waitFor({ timeout: 2_000 });
    const row = at(this.page, 'today-row').filter({ hasText: person.psn_name }).first();
    const there = (await row.count()) > 0;
    const seq = there ? Number(await row.getAttribute('data-seq', { timeout: 1_000 })) : 0;
    const due = there ? await row.locator('td').nth(3).textContent({ timeout: 1_000 }) : null;
    await this.#press('today-back');
    const { psn_no, psn_name } = person;
    return { seq, psn_no, psn_name, due: amountIn(due), reversed: false };
  }

  /** Takes a visit of today back; false when the page does not list it (it was booked under another day). */
  reverse(seq: number): Promise<boolean> {
    return this.#inTime(async () => {
      if (await this.#interrupted()) return null;
      if (!(await this.#shows('today-list'))) await this.#press('today');
      await at(this.page, 'today-list')
        .getByText(/今天还没有结算过|撤销/)
        .first()
        .waitFor({ timeout: 2_000 });
      const row = this.page.locator(`[data-test="today-row"][data-seq="${seq}"]`);
      const there = (await row.count()) > 0;
      if (!there || (await row.getAttribute('data-reversed', { timeout: 1_000 })) === 'true') {
        await this.#press('today-back');
        return there;
      }
      if (!(await this.#shows('reverse')))
        await row.locator('[data-test="today-reverse"]').click({ timeout: 1_000 });
      await this.#press('reverse-ready');
      await this.#press('reverse-yes');
      await sleep(5 * STEP_MS);
      return null;
    });
  }
}

const amountIn = (text: string | null): string => /\d+\.\d\d/.exec(text ?? '')?.[0] ?? '0.00';
