import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceStatus, PrintOutcome } from '../contract.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { EscposPrinter } from './driver.ts';
import { decodeJob } from './job.ts';
import { ESCPOS_80MM } from './profile.ts';
import { EscposSimulator, type PrinterSettings } from './simulator.ts';

let clock: FakeClock;
let cable: MemoryCable;
let simulator: EscposSimulator;
let printer: EscposPrinter;
let statuses: DeviceStatus[];

function build(settings: Partial<PrinterSettings> = {}): void {
  clock = new FakeClock();
  cable = new MemoryCable();
  simulator = new EscposSimulator({ clock, lineMs: 0, afterStop: 'forget', ...settings });
  const context = { clock, log: () => undefined };
  printer = new EscposPrinter({ id: 'printer', title: '打印机', transport: cable, context }, ESCPOS_80MM);
  statuses = [];
  printer.onStatus((status) => statuses.push(status));
}
beforeEach(() => build());
afterEach(async () => {
  const stopped = printer.stop();
  await clock.advance(5_000);
  await stopped;
});

async function plugIn(): Promise<void> {
  cable.plugIn((channel) => simulator.attach(channel));
  printer.start();
  await clock.advance(2_000);
}

const slip = (lines: number, name = '小票'): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(0x1b, 0x40, 0x1c, 0x26),
    ...Array.from({ length: lines }, (_, i) => iconv.encode(`${name} ${i + 1}\n`, 'gb18030')),
    Uint8Array.of(0x1d, 0x56, 0x42, 0x00),
  ]);

async function print(job: Uint8Array, ms = 60_000): Promise<PrintOutcome> {
  const outcome = printer.print(job);
  await clock.advance(ms);
  return outcome;
}

describe('a printer that is well', () => {
  test('prints, says so, and tells what it is', async () => {
    await plugIn();
    expect(printer.status()).toMatchObject({
      state: 'ready',
      code: null,
      identity: { model: 'SIM-80', serial: 'S0000001', firmware: '1.00' },
    });
    expect(await print(slip(3))).toEqual({ result: 'printed' });
    expect(simulator.slips).toHaveLength(1);
    expect(decodeJob(simulator.slips[0]?.bytes ?? new Uint8Array()).lines).toEqual([
      '小票 1',
      '小票 2',
      '小票 3',
    ]);
  });

  test('is not believed before it has worked through the job', async () => {
    build({ lineMs: 100 });
    await plugIn();
    let outcome: PrintOutcome | null = null;
    void printer.print(slip(50)).then((said) => {
      outcome = said;
    });
    await clock.advance(4_900);
    expect(outcome).toBeNull();
    await clock.advance(1_000);
    expect(outcome).toEqual({ result: 'printed' });
  });

  test('takes one job at a time', async () => {
    await plugIn();
    const first = printer.print(slip(1));
    expect(await printer.print(slip(1))).toEqual({ result: 'not-printed', code: 'PRINTER_BUSY' });
    await clock.advance(1_000);
    expect(await first).toEqual({ result: 'printed' });
    expect(simulator.slips).toHaveLength(1);
  });

  test('a job that asks for its own confirmation, as those of receiptline do, is waited for too', async () => {
    build({ lineMs: 100 });
    await plugIn();
    const asking = Buffer.concat([slip(10), Uint8Array.of(0x1d, 0x72, 0x31)]);
    expect(await print(asking)).toEqual({ result: 'printed' });
    expect(await print(slip(10))).toEqual({ result: 'printed' });
    expect(simulator.slips).toHaveLength(2);
    // Once each with the job, then once for the first and twice for the second: never equally often.
    expect(simulator.counters.completion).toBe(5);
  });

  test('two slips in one job, each asking for confirmation, are both waited for', async () => {
    build({ lineMs: 100 });
    await plugIn();
    const asking = Buffer.concat([slip(10), Uint8Array.of(0x1d, 0x72, 0x31)]);
    const outcome = printer.print(Buffer.concat([asking, asking]));
    await clock.advance(1_500);
    simulator.takePaperOut();
    await clock.advance(5_000);
    expect(await outcome).toEqual({ result: 'unsure', code: 'PRINTER_PAPER_END' });
    expect(simulator.slips).toHaveLength(1);
  });

  test('warns while the paper is near its end, and prints', async () => {
    await plugIn();
    simulator.nearEnd = true;
    await clock.advance(3_000);
    expect(printer.status()).toMatchObject({ state: 'ready', code: 'PRINTER_PAPER_LOW' });
    expect(await print(slip(2))).toEqual({ result: 'printed' });
  });

  test('refuses a job of absurd size', async () => {
    await plugIn();
    const outcome = await print(new Uint8Array(ESCPOS_80MM.jobBytesMax + 1));
    expect(outcome).toEqual({ result: 'not-printed', code: 'PRINTER_JOB_TOO_LARGE' });
  });
});

describe('trouble before a job: nothing reaches the paper', () => {
  test.each([
    ['PRINTER_PAPER_END', (sim: EscposSimulator) => sim.takePaperOut()],
    ['PRINTER_COVER_OPEN', (sim: EscposSimulator) => Object.assign(sim, { coverOpen: true })],
    ['PRINTER_OFFLINE', (sim: EscposSimulator) => Object.assign(sim, { offline: true })],
    ['PRINTER_ERROR', (sim: EscposSimulator) => Object.assign(sim, { cutterJammed: true })],
  ] as const)('%s', async (code, spoil) => {
    await plugIn();
    spoil(simulator);
    // At once, before the slow idle look has noticed anything.
    expect(await print(slip(3), 1_000)).toEqual({ result: 'not-printed', code });
    expect(printer.status()).toMatchObject({ state: 'fault', code });
    Object.assign(simulator, { coverOpen: false, offline: false, cutterJammed: false });
    simulator.putPaperIn();
    await clock.advance(3_000);
    expect(printer.status().state).toBe('ready');
    expect(simulator.slips).toEqual([]);
    expect(await print(slip(3))).toEqual({ result: 'printed' });
    expect(simulator.slips).toHaveLength(1);
  });

  test('no printer at all', async () => {
    printer.start();
    await clock.advance(1_000);
    expect(await print(slip(1))).toEqual({ result: 'not-printed', code: 'DEVICE_ABSENT' });
  });

  test('a printer that is connected and dead', async () => {
    simulator.powered = false;
    await plugIn();
    expect(await print(slip(1))).toEqual({ result: 'not-printed', code: 'PRINTER_SILENT' });
  });
});

describe('trouble in the middle of a job: unsure, and sent once', () => {
  test.each(['forget', 'resume'] as const)(
    'paper ends after five lines; the printer will %s',
    async (afterStop) => {
      build({ afterStop });
      await plugIn();
      simulator.paperEndsAfter(5);
      expect(await print(slip(20))).toEqual({ result: 'unsure', code: 'PRINTER_PAPER_END' });
      expect(printer.status()).toMatchObject({ state: 'fault', code: 'PRINTER_PAPER_END' });
      await clock.advance(60_000);
      simulator.putPaperIn();
      await clock.advance(10_000);
      expect(printer.status()).toMatchObject({ state: 'ready', code: null });
      // Nothing was sent again by the driver: five lines torn off, or the slip the printer itself ended.
      expect(simulator.slips.map((piece) => piece.torn)).toEqual([afterStop === 'forget']);
      expect(await print(slip(2, '补打'))).toEqual({ result: 'printed' });
      expect(simulator.slips).toHaveLength(2);
    },
  );

  test("the late confirmation of a stopped job is not taken for the next one's", async () => {
    build({ afterStop: 'resume', lineMs: 200 });
    await plugIn();
    simulator.paperEndsAfter(5);
    expect((await print(slip(15))).result).toBe('unsure');
    // Paper in: the printer ends the old slip (two seconds), then confirms it. The next one has no paper.
    simulator.putPaperIn();
    const next = printer.print(slip(30, '补打'));
    await clock.advance(2_100);
    simulator.takePaperOut();
    await clock.advance(30_000);
    const outcome = await next;
    expect(outcome.result).not.toBe('printed');
  });

  test('the cable is pulled', async () => {
    build({ lineMs: 100 });
    await plugIn();
    const outcome = printer.print(slip(50));
    await clock.advance(1_000);
    cable.pull();
    await clock.advance(1_000);
    expect(await outcome).toEqual({ result: 'unsure', code: 'DEVICE_LOST' });
  });

  test('the power goes without a word', async () => {
    build({ lineMs: 100 });
    await plugIn();
    const outcome = printer.print(slip(50));
    await clock.advance(1_000);
    simulator.losePower();
    await clock.advance(10_000);
    expect(await outcome).toEqual({ result: 'unsure', code: 'PRINTER_SILENT' });
    simulator.powered = true;
    await clock.advance(5_000);
    expect(printer.status().state).toBe('ready');
  });

  test('the driver is stopped', async () => {
    build({ lineMs: 100 });
    await plugIn();
    const outcome = printer.print(slip(50));
    await clock.advance(1_000);
    await printer.stop();
    expect((await outcome).result).toBe('unsure');
  });
});

describe('what is no answer to the job never counts as printed', () => {
  /** Well, offline with the cover open, out of paper, cutter stuck: as printers send it unasked. */
  const AUTOMATIC = {
    well: Uint8Array.of(0x10, 0, 0, 0x0f),
    PRINTER_COVER_OPEN: Uint8Array.of(0x3c, 0, 0, 0x0f),
    PRINTER_PAPER_END: Uint8Array.of(0x18, 0, 0x0c, 0),
    PRINTER_ERROR: Uint8Array.of(0x18, 0x08, 0, 0),
  };

  test.each(['PRINTER_COVER_OPEN', 'PRINTER_PAPER_END', 'PRINTER_ERROR'] as const)(
    'automatic status in the middle of a job: %s, and well again',
    async (code) => {
      await plugIn();
      simulator.confirms = false;
      const outcome = printer.print(slip(3));
      await clock.advance(2_000);
      simulator.tellByItself(AUTOMATIC[code]);
      await clock.advance(30_000);
      expect(await outcome).toEqual({ result: 'unsure', code });
      expect(printer.status()).toMatchObject({ state: 'fault', code });
      simulator.confirms = true;
      simulator.tellByItself(AUTOMATIC.well);
      await clock.advance(10_000);
      expect(printer.status()).toMatchObject({ state: 'ready', code: null });
      expect(await print(slip(3))).toEqual({ result: 'printed' });
    },
  );

  test('automatic status that all is well, cut in two, confirms nothing', async () => {
    await plugIn();
    simulator.confirms = false;
    const outcome = printer.print(slip(3));
    await clock.advance(1_000);
    simulator.tellByItself(AUTOMATIC.well.subarray(0, 2));
    await clock.advance(1_000);
    simulator.tellByItself(AUTOMATIC.well.subarray(2));
    await clock.advance(60_000);
    expect(await outcome).toEqual({ result: 'unsure', code: 'PRINTER_SILENT' });
  });

  test.each([500, 1_000, 3_000, 5_000, 20_000])(
    'answers that come a second time %d ms later do not confirm the jobs after it',
    async (ms) => {
      await plugIn();
      simulator.repeatsAfterMs = ms;
      for (let round = 0; round < 4; round++) {
        simulator.confirms = true;
        await print(slip(2), 1_000);
        simulator.confirms = false;
        const next = await print(slip(2));
        expect(next.result).not.toBe('printed');
        await clock.advance(10_000);
      }
    },
  );

  test('one answer that came late, of a job before, confirms nothing', async () => {
    await plugIn();
    expect(await print(slip(2), 1_500)).toEqual({ result: 'printed' });
    simulator.confirms = false;
    const next = printer.print(slip(2));
    await clock.advance(5_000);
    simulator.tellByItself(Uint8Array.of(0));
    await clock.advance(60_000);
    expect(await next).toEqual({ result: 'unsure', code: 'PRINTER_SILENT' });
  });
});

test('1,000 pulls at any moment: ready again each time, no outcome says more than the paper', async () => {
  build({ lineMs: 20 });
  await plugIn();
  for (let i = 0; i < 1_000; i++) {
    simulator.slips.length = 0;
    const printing = printer.print(slip(10, `第${i}张`));
    await clock.advance((i * 37) % 600);
    cable.pull();
    simulator.losePower();
    simulator.powered = true;
    cable.plugIn((channel) => simulator.attach(channel));
    await clock.advance(2_000);
    const outcome = await printing;
    const whole = simulator.slips.filter((piece) => !piece.torn).length;
    if (outcome.result === 'printed') expect(whole).toBe(1);
    if (outcome.result === 'not-printed') expect(simulator.slips).toEqual([]);
    expect(printer.status().state).toBe('ready');
  }
  expect(clock.timers).toBeLessThan(4);
});
