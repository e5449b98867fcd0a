import { expect, test } from 'vitest';
import { EscposPrinter } from '../../../drivers/escpos/driver.ts';
import { decodeJob } from '../../../drivers/escpos/job.ts';
import { ESCPOS_80MM } from '../../../drivers/escpos/profile.ts';
import { EscposSimulator } from '../../../drivers/escpos/simulator.ts';
import { MemoryCable } from '../../../drivers/line/memory.ts';
import { FakeClock } from '../../../drivers/testing/fake-clock.ts';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { settleOne, testDesk } from '../visit/testing/desk.ts';
import { createPrinting } from './runner.ts';
import { createSlips } from './slips.ts';

const MINUTE_MS = 60_000;

/** The real driver, queue and slips, and a printer that prints and never says so. */
function clinicWith(confirms: boolean) {
  const here = testDesk();
  const clock = new FakeClock();
  const cable = new MemoryCable();
  const simulator = new EscposSimulator({ clock, lineMs: 0, afterStop: 'forget' });
  simulator.confirms = confirms;
  const context = { clock, log: () => undefined };
  const printer = new EscposPrinter({ id: 'slip', title: '打印机', transport: cable, context }, ESCPOS_80MM);
  const { ledger, desk } = here;
  const slips = createSlips({ ledger, reference: desk.reference, signing: KEYS.signing, demo: false });
  const [changed, failed] = [() => {}, (error: unknown) => expect.fail(String(error))];
  const printing = createPrinting({ queue: ledger, printer, slip: slips.bytesOf, changed, failed });
  printer.onStatus(() => printing.wake());
  cable.plugIn((channel) => simulator.attach(channel));
  printer.start();
  const paper = () => simulator.slips.map(({ bytes }) => decodeJob(bytes).lines.join('\n'));
  /** A minute at a time, and the upkeep of each. */
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      printing.wake();
      await clock.advance(MINUTE_MS);
    }
  }
  async function stop(): Promise<void> {
    const ended = Promise.all([printing.stop(), printer.stop()]);
    await clock.advance(MINUTE_MS);
    await ended;
  }
  return { here, paper, pass, stop };
}

test('an hour with a printer that never confirms: two slips of a visit, and a question', async () => {
  const { here, paper, pass, stop } = clinicWith(false);
  const { seq } = settleOne(here);
  await pass(60);
  expect(paper().map((text) => text.includes('补打'))).toEqual([false, true]);
  expect(here.ledger.printQuestions()).toMatchObject([{ seq, copy: 1, code: 'PRINTER_SILENT' }]);
  settleOne(here);
  await pass(60);
  expect(paper()).toHaveLength(4); // the next patient is not kept waiting
  here.ledger.answerPrint(seq, 1, false);
  await pass(60);
  expect(paper()).toHaveLength(5);
  await stop();
});

test('a printer that confirms is asked nothing', async () => {
  const { here, paper, pass, stop } = clinicWith(true);
  settleOne(here);
  await pass(10);
  expect(paper()).toHaveLength(1);
  expect(here.ledger.printQuestions()).toEqual([]);
  await stop();
});
