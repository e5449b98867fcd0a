import { expect, test } from 'vitest';
import type { DeviceStatus, Printer, PrintOutcome } from '../../../drivers/contract.ts';
import type { DriverErrorCode } from '../../../drivers/errors.ts';
import { LedgerError } from '../../ledger/index.ts';
import { settleOne, type TestDesk, testDesk } from '../visit/testing/desk.ts';
import { createPrinting } from './runner.ts';

/** A printer that says of each job what the test wants; `null` never answers, as if power went. */
class FakePrinter implements Printer {
  state: DeviceStatus['state'] = 'ready';
  readonly jobs: string[] = [];
  readonly outcomes: (PrintOutcome | null)[] = [];
  status(): DeviceStatus {
    const counters = { opens: 0, lost: 0, faults: 0 };
    return { state: this.state, code: null, since: 0, counters, identity: {} };
  }
  print(job: Uint8Array): Promise<PrintOutcome> {
    this.jobs.push(Buffer.from(job).toString());
    const outcome = this.outcomes.length > 0 ? this.outcomes.shift() : { result: 'printed' as const };
    return outcome ? Promise.resolve(outcome) : new Promise(() => {});
  }
}

function printingOn({ ledger }: TestDesk) {
  const printer = new FakePrinter();
  const failures: unknown[] = [];
  const printing = createPrinting({
    queue: ledger,
    printer,
    slip: (seq, copy) => Buffer.from(`${seq} copy ${copy}`),
    changed: () => {},
    failed: (error) => failures.push(error),
  });
  return { printer, printing, failures };
}

/** Lets everything that waits for a promise go on. */
const settleDown = () => new Promise((resolve) => setImmediate(resolve));
const troubled = (result: 'not-printed' | 'unsure', code: DriverErrorCode): PrintOutcome => ({
  result,
  code,
});

test('a slip that was printed is printed once', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  const { seq } = settleOne(here);
  printing.wake();
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([`${seq} copy 0`]);
  expect(here.ledger.printState(seq)?.state).toBe('printed');
  printing.wake();
  await settleDown();
  expect(printer.jobs).toHaveLength(1);
});

test('what did not reach the paper waits with its reason, and comes out unmarked', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  printer.outcomes.push(troubled('not-printed', 'PRINTER_PAPER_END'));
  const { seq } = settleOne(here);
  printing.wake();
  await settleDown();
  expect(here.ledger.printState(seq)).toMatchObject({
    state: 'waiting',
    copy: 0,
    code: 'PRINTER_PAPER_END',
  });
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([`${seq} copy 0`, `${seq} copy 0`]);
  expect(here.ledger.printState(seq)?.state).toBe('printed');
});

test('what may be on paper is printed again as a marked copy only', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  printer.outcomes.push(troubled('unsure', 'PRINTER_SILENT'));
  const { seq } = settleOne(here);
  printing.wake();
  await settleDown();
  expect(here.ledger.printState(seq)).toMatchObject({ state: 'waiting', copy: 1, unsure: true });
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([`${seq} copy 0`, `${seq} copy 1`]);
});

test.each([
  ['never confirms', troubled('unsure', 'PRINTER_SILENT')],
  ['is lost in the middle of every job', troubled('unsure', 'DEVICE_LOST')],
  ['runs out of paper in every job', troubled('unsure', 'PRINTER_PAPER_END')],
  ['loses power in every job', null],
])('a printer that %s gets a slip and one marked copy, and the next patient’s', async (_, outcome) => {
  let here = testDesk();
  const jobs: string[] = [];
  const wakeOften = async () => {
    for (let turns = 0; turns < 10; turns++) {
      const { printer, printing } = printingOn(here);
      printer.outcomes.push(outcome, outcome, outcome);
      printing.wake();
      await settleDown();
      jobs.push(...printer.jobs);
      here = here.restart();
    }
  };
  const { seq } = settleOne(here);
  await wakeOften();
  expect(jobs).toEqual([`${seq} copy 0`, `${seq} copy 1`]);
  const next = settleOne(here).seq;
  await wakeOften();
  expect(jobs.slice(2)).toEqual([`${next} copy 0`, `${next} copy 1`]);
  expect(here.ledger.printQuestions()).toMatchObject([{ seq }, { seq: next }]);
  here.ledger.answerPrint(seq, 1, true);
  here.ledger.answerPrint(next, 1, false);
  await wakeOften();
  expect(jobs.slice(4)).toEqual([`${next} copy 2`]);
});

test('a crash while printing leaves a marked copy to print, whatever the paper shows', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  printer.outcomes.push(null);
  const { seq } = settleOne(here);
  printing.wake();
  await settleDown();
  expect(here.ledger.printState(seq)?.state).toBe('printing');

  const again = here.restart();
  const after = printingOn(again);
  after.printing.wake();
  await settleDown();
  expect(after.printer.jobs).toEqual([`${seq} copy 1`]);
  expect(again.ledger.printState(seq)?.state).toBe('printed');
});

test('nothing is sent to a printer that is not ready, and all waits in order', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  printer.state = 'fault';
  const seqs = [settleOne(here).seq, settleOne(here).seq];
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([]);
  printer.state = 'ready';
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual(seqs.map((seq) => `${seq} copy 0`));
});

test('trouble with one slip holds the next back', async () => {
  const here = testDesk();
  const { printer, printing } = printingOn(here);
  const [first] = [settleOne(here).seq, settleOne(here).seq];
  printer.outcomes.push(troubled('not-printed', 'PRINTER_COVER_OPEN'));
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([`${first} copy 0`]);
});

test('a slip that cannot be made is told and does not stop the gateway', async () => {
  const here = testDesk();
  const failures: unknown[] = [];
  const printer = new FakePrinter();
  const printing = createPrinting({
    queue: here.ledger,
    printer,
    slip: () => {
      throw new Error('no font');
    },
    changed: () => {},
    failed: (error) => failures.push(error),
  });
  const { seq } = settleOne(here);
  printing.wake();
  await settleDown();
  expect(failures).toHaveLength(1);
  expect(printer.jobs).toEqual([]);
  expect(here.ledger.printState(seq)?.state).not.toBe('printed');
  await printing.stop();
});

test('a slip that came out while the disk was full is marked as soon as there is room, and comes out once', async () => {
  const here = testDesk();
  const { ledger } = here;
  let full = true;
  const { printer, printing, failures } = printingOn({
    ...here,
    ledger: {
      ...ledger,
      setPrintState(seq, copy, state, code) {
        if (full && state === 'printed') throw new LedgerError('DISK_FULL', 'no room');
        ledger.setPrintState(seq, copy, state, code);
      },
    },
  });
  const { seq } = settleOne(here);
  for (let n = 0; n < 3; n++) {
    printing.wake();
    await settleDown();
  }
  expect(failures).toHaveLength(3);
  full = false;
  printing.wake();
  await settleDown();
  expect(printer.jobs).toEqual([`${seq} copy 0`]);
  expect(ledger.printState(seq)).toMatchObject({ state: 'printed', copy: 0 });
});
