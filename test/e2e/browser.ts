import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, as the box has it: no background traffic, no sandbox for root. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--lang=zh-CN',
];

export interface Screen {
  page: Page;
  /** Errors the page wrote to its console; must stay empty. */
  complaints: string[];
  close(): Promise<void>;
}

/** The screen on the doctor's desk: 1366 × 768. */
export async function openScreen(address: string, viewport = { width: 1366, height: 768 }): Promise<Screen> {
  const folder = mkdtempSync(join(tmpdir(), 'cunyitong-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: CHROMIUM_FLAGS,
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return {
    page,
    complaints,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An element by the name the page gives it for tests. */
export const at = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);
