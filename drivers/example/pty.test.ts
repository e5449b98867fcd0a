/** The scanner's driver and its simulator with the kernel between them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Scan } from '../contract.ts';
import { realLines } from '../line/real.ts';
import { OnPty } from '../simulator/on-pty.ts';
import { eventually, realClock } from '../testing/fake-clock.ts';
import { CodeScanner } from './driver.ts';
import { SCANNER_STANDARD } from './profile.ts';
import { ScannerSimulator } from './simulator.ts';

test('codes come over a real line, also after the cable was out', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cyt-scanner-'));
  const device = new OnPty(new ScannerSimulator(), join(directory, 'gun'));
  const profile = { ...SCANNER_STANDARD, reopenMsMin: 5, reopenMsMax: 20, silenceMsMax: 100, aimIds: true };
  const lines = realLines(realClock, () => undefined);
  const transport = lines.serial(device.link, profile);
  const scanner = new CodeScanner({ id: 'gun', title: '扫码枪', transport, context: lines }, profile);
  const scans: Scan[] = [];
  scanner.onScan((scan) => scans.push(scan));
  try {
    scanner.start();
    for (const suffix of ['\r', '\n', '\r\n'] as const) {
      scans.length = 0;
      await device.plugIn();
      await eventually(() => scanner.status().state === 'ready');
      await new Promise((resolve) => setTimeout(resolve, profile.silenceMsMax * 2));
      device.simulator.scan('村医通', { suffix, prefix: ']Q1' });
      device.simulator.scan('6901234567892', { suffix });
      await eventually(() => scans.length === 2);
      expect(scans).toEqual([{ text: '村医通', symbology: 'QR' }, { text: '6901234567892' }]);
      await device.pull();
      await eventually(() => scanner.status().state === 'absent');
    }
    expect(scanner.status().counters).toMatchObject({ opens: 3, scans: 6, faults: 0 });
  } finally {
    await scanner.stop();
    await device.pull();
    await rm(directory, { recursive: true });
  }
});
