/** `cunyitong device record` as a process, on a simulated reader's terminal. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryCable } from '../../drivers/line/memory.ts';
import { createDevice } from '../../drivers/registry.ts';
import { SdtSimulator } from '../../drivers/sdt/simulator.ts';
import { OnPty } from '../../drivers/simulator/on-pty.ts';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { ZHANG } from '../../drivers/testing/people.ts';
import { Replay } from '../../drivers/testing/replay.ts';
import { parseTranscript } from '../../drivers/transcript.ts';
import { runCommand } from '../../test/clinic.ts';
import { newTranscriptFile } from './transcript-file.ts';

let folder: string;
let reader: OnPty<SdtSimulator>;
const file = (name: string) => join(folder, name);
const recordCommand = (...words: string[]) =>
  runCommand(['device', 'record', ...words, '--settings', file('settings.json')]);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-device-'));
  reader = new OnPty(new SdtSimulator(), file('idcard'));
  await reader.plugIn();
  const place = { kind: 'serial', path: reader.link };
  const devices = [{ id: 'idcard', driver: 'sdt', place }];
  writeFileSync(file('settings.json'), JSON.stringify({ broker: 'mqtt://127.0.0.1:1', devices }));
});
afterEach(async () => {
  await reader.pull();
  rmSync(folder, { recursive: true });
});

test('a card that is read stands in the file, which plays it back; the screen names nobody', async () => {
  reader.simulator.putCard(ZHANG);
  const { code, out, err } = await recordCommand('idcard', '--out', file('card.hex'), '--seconds', '3');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/holds the name, number and photo[\s\S]*ready\n[\s\S]*credentials 1/);
  expect(out).toContain('a card was read');
  expect(out).not.toMatch(/张秀兰|441581/);
  expect(statSync(file('card.hex')).mode & 0o777).toBe(0o600);
  const text = readFileSync(file('card.hex'), 'utf8');
  expect(text).toMatch(/^# Device idcard, driver sdt, .*\n# Recorded at .*photo of a person, .*\n/);

  const clock = new FakeClock();
  const cable = new MemoryCable();
  cable.plugIn((channel) => new Replay(parseTranscript(text)).attach(channel));
  const place = { kind: 'serial', path: 'replay' } as const;
  const lines = { clock, log: () => undefined, serial: () => cable, tcp: () => cable };
  const device = createDevice({ id: 'idcard', driver: 'sdt', place }, lines);
  const names: string[] = [];
  if (device.role === 'identify') device.onCredential(({ psn_name }) => names.push(psn_name));
  device.start();
  await clock.advance(2_000);
  expect(names).toEqual(['张秀兰']);
  const stopped = device.stop();
  await clock.advance(5_000);
  await stopped;
});

test('an existing file, an unknown device and a wrong number are refused and write nothing', async () => {
  writeFileSync(file('taken.hex'), 'mine');
  const taken = await recordCommand('idcard', '--out', file('taken.hex'), '--seconds', '1');
  expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('exists already')]);
  expect(readFileSync(file('taken.hex'), 'utf8')).toBe('mine');
  const unknown = await recordCommand('printer', '--out', file('new.hex'));
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('the settings name idcard')]);
  const seconds = await recordCommand('idcard', '--out', file('new.hex'), '--seconds', '0');
  expect([seconds.code, seconds.err]).toEqual([2, expect.stringContaining('--seconds')]);
  expect(existsSync(file('new.hex'))).toBe(false);
});

test('a file that is full, or cannot be written, takes nothing more and says why', async () => {
  const full = newTranscriptFile(file('full.hex'), 10);
  full.write('123456');
  full.write('789012');
  full.write('never');
  full.close();
  expect(await full.ended).toContain('as long as it may get');
  expect(readFileSync(file('full.hex'), 'utf8')).toBe('123456789012');
  const closed = newTranscriptFile(file('closed.hex'), 10);
  closed.close();
  closed.write('1');
  expect(await closed.ended).toContain('EBADF');
});
