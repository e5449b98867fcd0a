import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, DeviceStatus, Scan } from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import { CodeScanner } from '../example/driver.ts';
import { SCANNER_STANDARD } from '../example/profile.ts';
import { ScannerSimulator } from '../example/simulator.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';

const EAN = '6901234567892';

let clock: FakeClock;
let cable: MemoryCable;
let simulator: ScannerSimulator;
let scanner: CodeScanner;
let scans: Scan[];
let problems: DriverErrorCode[];
let statuses: DeviceStatus[];
let log: { code: string; detail: string }[];

beforeEach(() => {
  clock = new FakeClock();
  cable = new MemoryCable();
  simulator = new ScannerSimulator();
  log = [];
  const context = { clock, log: (line: { code: string; detail: string }) => log.push(line) };
  scanner = new CodeScanner({ id: 'gun', title: '扫码枪', transport: cable, context }, SCANNER_STANDARD);
  scans = [];
  problems = [];
  statuses = [];
  scanner.onScan((scan) => scans.push(scan));
  scanner.onProblem((code) => problems.push(code));
  scanner.onStatus((status) => statuses.push(status));
});
afterEach(async () => {
  const stopped = scanner.stop();
  await clock.advance(5_000);
  await stopped;
  expect(clock.timers).toBe(0);
});

async function plugIn(attach = (channel: Channel) => simulator.attach(channel)): Promise<void> {
  cable.plugIn(attach);
  scanner.start();
  await clock.advance(1_000);
}

describe('a scanner', () => {
  test('is ready as soon as its line is open, and is asked nothing', async () => {
    const asked: Uint8Array[] = [];
    await plugIn((channel) => channel.onData((bytes) => asked.push(bytes)));
    expect(scanner.status()).toMatchObject({ state: 'ready', code: null });
    await clock.advance(60_000);
    expect(asked).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  test('gives each scan once, the same code again as another', async () => {
    await plugIn();
    simulator.scan(EAN);
    simulator.scan(EAN, { suffix: '\r\n' });
    simulator.scan(EAN, { suffix: '\n' });
    await clock.advance(10);
    expect(scans).toEqual([{ text: EAN }, { text: EAN }, { text: EAN }]);
    expect(problems).toEqual([]);
    expect(scanner.status().counters.scans).toBe(3);
  });

  test('CR and LF that come apart are one end', async () => {
    await plugIn();
    simulator.scan(EAN);
    await clock.advance(2_000);
    simulator.send(Buffer.from('\n'));
    await clock.advance(2_000);
    expect(scans).toEqual([{ text: EAN }]);
    expect(problems).toEqual([]);
  });
});

describe('a code that is not whole', () => {
  test('is refused after silence, and the next is read whole', async () => {
    await plugIn();
    simulator.half(EAN, 7);
    await clock.advance(499);
    expect(problems).toEqual([]);
    await clock.advance(1);
    expect(problems).toEqual(['SCAN_UNREADABLE']);
    simulator.scan(EAN);
    await clock.advance(1_000);
    expect(scans).toEqual([{ text: EAN }]);
    expect(scanner.status().counters).toMatchObject({ cut: 1, scans: 1 });
  });

  test('the longest code may take its seven seconds, a byte at a time', async () => {
    await plugIn();
    const digits = '7'.repeat(30);
    for (const digit of digits) {
      simulator.send(Buffer.from(digit));
      await clock.advance(250);
    }
    simulator.send(Buffer.from('\r'));
    await clock.advance(10);
    expect(scans).toEqual([{ text: digits }]);
    expect(problems).toEqual([]);
  });

  test('garbage is refused once and told without its bytes', async () => {
    await plugIn();
    simulator.send(Buffer.from('0099ff31320d', 'hex'));
    simulator.scan(EAN);
    await clock.advance(1_000);
    expect(problems).toEqual(['SCAN_UNREADABLE']);
    expect(scans).toEqual([{ text: EAN }]);
    expect(scanner.status()).toMatchObject({ state: 'ready', counters: { unreadable: 1 } });
  });
});

describe('the cable', () => {
  test('pulled 1,000 times at any byte: never a piece of a code, back within three seconds', async () => {
    await plugIn();
    for (let i = 0; i < 1_000; i++) {
      simulator.half(`${EAN}\r`, i % 14);
      if (i % 3 !== 0) await clock.advance(i % 500);
      cable.pull();
      if (i % 5 === 0) await clock.advance((i % 7) * 400);
      cable.plugIn((channel) => simulator.attach(channel));
      await clock.advance(0);
      for (let ms = 0; ms < 3_000 && scanner.status().state !== 'ready'; ms += 50) await clock.advance(50);
      // A code that comes as soon as the line is open may be the rest of one: it is refused.
      if (i % 2 === 0) await clock.advance(SCANNER_STANDARD.silenceMsMax);
      simulator.scan(`${i}`);
      await clock.advance(10);
      expect(scans.splice(0)).toEqual(i % 2 === 0 ? [{ text: `${i}` }] : []);
    }
    expect(scanner.status().counters).toMatchObject({ lost: 1_000, opens: 1_001, faults: 0 });
  });

  test('out says so', async () => {
    await plugIn();
    cable.pull();
    await clock.advance(1_000);
    expect(scanner.status().state).toBe('absent');
  });
});

describe('whatever happens', () => {
  test('a flood is bounded, counted, and over when it is over', async () => {
    await plugIn();
    simulator.send(Buffer.from('7\r'.repeat(10_000)));
    await clock.advance(10);
    expect(scans).toHaveLength(16);
    expect(scanner.status().counters.dropped).toBe(9_984);
    simulator.scan(EAN);
    await clock.advance(10);
    expect(scans.at(-1)).toEqual({ text: EAN });
  });

  test('a line without end is refused once when it is over', async () => {
    await plugIn();
    for (let i = 0; i < 100; i++) {
      simulator.send(new Uint8Array(1_000).fill(0x37));
      await clock.advance(100);
    }
    expect(problems).toEqual([]);
    await clock.advance(500);
    expect(problems).toEqual(['SCAN_UNREADABLE']);
    expect(scanner.status().counters.cut).toBe(1);
  });

  test('a listener that throws is counted, and the others are called', async () => {
    scanner.onScan(() => {
      throw new Error('listener');
    });
    const after: string[] = [];
    scanner.onScan(({ text }) => after.push(text));
    await plugIn();
    simulator.scan(EAN);
    simulator.scan(EAN);
    await clock.advance(1_000);
    expect(after).toEqual([EAN, EAN]);
    expect(scanner.status()).toMatchObject({ state: 'ready', counters: { faults: 2 } });
  });

  test('nothing of a code is in log or status', async () => {
    await plugIn();
    simulator.scan(EAN);
    simulator.half(EAN, 9);
    await clock.advance(1_000);
    simulator.half(EAN, 9);
    cable.pull();
    await clock.advance(10_000);
    expect(JSON.stringify([log, statuses, scanner.status()])).not.toContain('6901');
  });
});
