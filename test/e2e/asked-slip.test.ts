import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskView } from '../../gateway/clinic/api/views/types.ts';
import { PIN, type Started, until } from '../clinic.ts';
import { Doctor } from '../processes/doctor.ts';
import { type Pieces, slipsOf, startPieces } from '../processes/pieces.ts';
import { at, openScreen, type Screen } from './browser.ts';

const DRAFT = {
  diagnoses: [{ diag_code: 'I10.x00x002' }],
  items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
};

describe.skipIf(!existsSync('/usr/bin/chromium'))('a slip of which nobody knows whether it came out', () => {
  let pieces: Pieces;
  let gateway: Started;
  let screen: Screen;

  beforeAll(async () => {
    pieces = await startPieces();
    // It prints and never says so; the gateway is killed while it waits for the answer.
    pieces.devices.printer.printer.confirms = false;
    gateway = await pieces.startGateway();
  });
  afterAll(async () => {
    await screen?.close();
    await gateway?.stop();
    await pieces?.stop();
  });

  const printed = (count: number) =>
    until(
      `${count} slips`,
      async () => slipsOf(pieces.devices).length,
      (there) => there >= count,
    );

  async function killAndStart(): Promise<void> {
    const ended = new Promise((resolve) => gateway.child.once('exit', resolve));
    gateway.child.kill('SIGKILL');
    await ended;
    gateway = await pieces.startGateway();
  }

  test('after two such prints, over two kills, the page asks, and the doctor’s word is the end of it', async () => {
    const doctor = new Doctor(pieces.url);
    await doctor.login();
    const { id } = await doctor.open('14022500000000000001');
    const { seq } = await doctor.confirmed(await doctor.quoted(id, DRAFT, 'asked-slip-request-1'));
    await printed(1);
    await killAndStart();
    await printed(2);
    await killAndStart();

    screen = await openScreen(pieces.url);
    const { page } = screen;
    await at(page, 'login-opter').first().click();
    await at(page, 'pin').fill(PIN);
    await at(page, 'sign-in').click();
    const asked = at(page, 'slip-asked');
    await expect.poll(() => asked.getAttribute('data-seq'), { timeout: 20_000 }).toBe(String(seq));
    expect(await asked.textContent()).toMatch(
      /刘建国.*\d:\d\d，总费用 \d+\.\d\d 元.*的小票.*打出来了.*再打一张/,
    );
    expect(await page.locator('[data-test="tick-slip"][data-done="true"]').count()).toBe(0);
    expect(slipsOf(pieces.devices).map(({ reprint }) => reprint)).toEqual([false, true]);

    pieces.devices.printer.printer.confirms = true;
    await at(page, 'slip-again').click();
    await printed(3);
    await expect.poll(() => asked.count(), { timeout: 20_000 }).toBe(0);
    const desk = () => doctor.ask<DeskView>('GET', '/api/desk');
    await until('the last word', desk, ({ settled }) => settled?.slip === 'printed');
    expect(slipsOf(pieces.devices).map(({ reprint }) => reprint)).toEqual([false, true, true]);
  });
});
