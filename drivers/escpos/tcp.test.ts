/** The printer's driver and its simulator over real sockets and a real terminal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'receiptline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transport } from '../contract.ts';
import { realLines } from '../line/real.ts';
import { OnPty } from '../simulator/on-pty.ts';
import { eventually, realClock } from '../testing/fake-clock.ts';
import { EscposPrinter } from './driver.ts';
import { decodeJob } from './job.ts';
import { ESCPOS_80MM, type EscposProfile } from './profile.ts';
import { EscposSimulator } from './simulator.ts';
import { EscposOnTcp } from './simulator-on-tcp.ts';

const QUICK: EscposProfile = {
  ...ESCPOS_80MM,
  idlePauseMs: 10,
  watchPauseMs: 10,
  settleMsMax: 100,
  reopenMsMin: 5,
  reopenMsMax: 20,
  replyMsMax: 5_000,
};
const INSTANT = { clock: realClock, lineMs: 0, afterStop: 'forget' } as const;
const lines = realLines(realClock, () => undefined);
const printerOn = (transport: Transport) =>
  new EscposPrinter({ id: 'printer', title: '打印机', transport, context: lines }, QUICK);
let device: EscposOnTcp;
let printer: EscposPrinter;

beforeEach(async () => {
  device = new EscposOnTcp(INSTANT);
  await device.powerOn();
  printer = printerOn(lines.tcp(device.host, device.port, QUICK));
});
afterEach(async () => {
  await printer.stop();
  await device.powerOff();
});

const ready = (): boolean => printer.status().state === 'ready';

function slip(lines: number): Uint8Array {
  const body = Array.from({ length: lines }, (_, i) => `左旋氨氯地平片 ${i + 1} | 26.34`).join('\n');
  return Buffer.from(
    transform(body, { cpl: 48, encoding: 'gb18030', command: 'escpos', cutting: true }),
    'latin1',
  );
}

test("a slip of receiptline's arrives to the byte and reads as it was written", async () => {
  printer.start();
  await eventually(ready);
  expect(await printer.print(slip(3))).toEqual({ result: 'printed' });
  const read = decodeJob(device.printer.slips[0]?.bytes ?? new Uint8Array());
  expect(read.unknown).toBe(0);
  expect(read.lines).toEqual([1, 2, 3].map((i) => `左旋氨氯地平片 ${i}                           26.34`));
});

test('paper out in the middle: unsure; paper in is noticed by itself', async () => {
  printer.start();
  await eventually(ready);
  device.printer.paperEndsAfter(4);
  expect(await printer.print(slip(10))).toEqual({ result: 'unsure', code: 'PRINTER_PAPER_END' });
  expect(await printer.print(slip(10))).toEqual({ result: 'not-printed', code: 'PRINTER_PAPER_END' });
  device.printer.putPaperIn();
  await eventually(ready);
  expect(await printer.print(slip(10))).toEqual({ result: 'printed' });
  expect(device.printer.slips.map((piece) => piece.torn)).toEqual([true, false]);
});

test('cover open and closed', async () => {
  printer.start();
  await eventually(ready);
  device.printer.coverOpen = true;
  await eventually(() => printer.status().code === 'PRINTER_COVER_OPEN');
  expect(await printer.print(slip(1))).toEqual({ result: 'not-printed', code: 'PRINTER_COVER_OPEN' });
  device.printer.coverOpen = false;
  device.printer.goOn();
  await eventually(ready);
});

test('power off in the middle, and on again', async () => {
  const slow = new EscposOnTcp({ ...INSTANT, lineMs: 20 });
  await slow.powerOn();
  const other = printerOn(lines.tcp(slow.host, slow.port, QUICK));
  other.start();
  await eventually(() => other.status().state === 'ready');
  const printing = other.print(slip(200));
  await eventually(() => (slow.printer.counters.status ?? 0) > 20);
  await slow.powerOff();
  expect((await printing).result).toBe('unsure');
  await eventually(() => other.status().state === 'absent');
  expect(await other.print(slip(1))).toEqual({ result: 'not-printed', code: other.status().code });
  await slow.powerOn();
  await eventually(() => other.status().state === 'ready');
  expect(await other.print(slip(1))).toEqual({ result: 'printed' });
  await other.stop();
  await slow.powerOff();
});

test('the same printer on a serial cable, pulled and plugged in again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cyt-escpos-'));
  const serial = new OnPty(new EscposSimulator(INSTANT), join(directory, 'printer'));
  await serial.plugIn();
  const other = printerOn(lines.serial(serial.link, QUICK));
  other.start();
  await eventually(() => other.status().state === 'ready');
  expect(await other.print(slip(30))).toEqual({ result: 'printed' });
  await serial.pull();
  await eventually(() => other.status().state === 'absent');
  await serial.plugIn();
  await eventually(() => other.status().state === 'ready');
  expect(await other.print(slip(30))).toEqual({ result: 'printed' });
  expect(serial.simulator.slips).toHaveLength(2);
  await other.stop();
  await serial.pull();
  await rm(directory, { recursive: true });
});
