/** The reader's driver and its simulator with the kernel between them, as `npm start` has it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Credential } from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import { realLines } from '../line/real.ts';
import { OnPty } from '../simulator/on-pty.ts';
import { openPty } from '../simulator/pty.ts';
import { eventually, realClock } from '../testing/fake-clock.ts';
import { LI, ZHANG } from '../testing/people.ts';
import { SdtReader } from './driver.ts';
import { SDT_STANDARD, type SdtProfile } from './profile.ts';
import { SdtSimulator } from './simulator.ts';

// Quick where nothing is decided by it; silence is long, so that a busy machine is not taken for one.
const QUICK: SdtProfile = {
  ...SDT_STANDARD,
  findPauseMs: 5,
  reopenMsMin: 5,
  reopenMsMax: 20,
  replyMsMax: 5_000,
};
let directory: string;
let device: OnPty<SdtSimulator>;
let reader: SdtReader;
let credentials: Credential[];
let problems: DriverErrorCode[];

function build(profile: SdtProfile): void {
  const lines = realLines(realClock, () => undefined);
  const transport = lines.serial(device.link, profile);
  reader = new SdtReader({ id: 'idcard', title: '读卡器', transport, context: lines }, profile);
  credentials = [];
  problems = [];
  reader.onCredential((credential) => credentials.push(credential));
  reader.onProblem((code) => problems.push(code));
}
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cyt-sdt-'));
  device = new OnPty(new SdtSimulator(), join(directory, 'idcard'));
  build(QUICK);
});
afterEach(async () => {
  await reader.stop();
  await device.pull();
  await rm(directory, { recursive: true });
});

const ready = (): boolean => reader.status().state === 'ready';

test('reads a card laid down', async () => {
  await device.plugIn();
  reader.start();
  device.simulator.putCard(ZHANG);
  await eventually(() => credentials.length > 0);
  expect(credentials).toEqual([expect.objectContaining({ certno: ZHANG.number, psn_name: ZHANG.name })]);
  expect(device.simulator.counters.read).toBe(1);
});

test('the cable pulled in the middle of the 1295 bytes: no identity; in again elsewhere: read', async () => {
  await device.plugIn();
  reader.start();
  await eventually(ready);
  const before = device.path;
  for (const bytes of [8, 640, 1_294]) {
    const opens = reader.status().counters.opens;
    let pulled: Promise<void> | null = null;
    const then = (): void => {
      pulled = device.pull();
    };
    device.simulator.misbehave('read', { kind: 'half', bytes, then });
    device.simulator.putCard(ZHANG);
    await eventually(() => pulled !== null);
    await pulled;
    await eventually(() => reader.status().state === 'absent');
    device.simulator.liftCard();
    // Somebody else has taken the old number meanwhile, so the device comes back as another.
    const other = openPty();
    await device.plugIn();
    expect(device.path).not.toBe(other.path);
    await eventually(() => ready() && reader.status().counters.opens > opens);
    await other.channel.close();
  }
  expect(credentials).toEqual([]);
  expect(before).not.toBeNull();
  device.simulator.putCard(LI);
  await eventually(() => credentials.length > 0);
  expect(credentials.map((credential) => credential.certno)).toEqual([LI.number]);
});

test('wrong checksum, garbage and half a frame: each reported or skipped, none believed', async () => {
  build({ ...QUICK, readMsMax: 300 });
  await device.plugIn();
  reader.start();
  await eventually(ready);
  device.simulator.misbehave('read', { kind: 'checksum' });
  device.simulator.putCard(ZHANG);
  await eventually(() => problems.length === 1);
  device.simulator.liftCard();
  // The driver must have seen the card leave before the next one comes.
  const finds = device.simulator.counters.find ?? 0;
  await eventually(() => (device.simulator.counters.find ?? 0) > finds + 1);
  device.simulator.misbehave('read', { kind: 'half', bytes: 700 });
  device.simulator.putCard(ZHANG);
  await eventually(() => problems.length === 2);
  expect(problems).toEqual(['SDT_CHECKSUM', 'SDT_FRAME']);
  expect(credentials).toEqual([]);
  device.simulator.misbehave('any', { kind: 'garbage', bytes: Uint8Array.of(0x0a, 0xaa, 0x11, 0x13) }, 20);
  device.simulator.putCard(LI);
  await eventually(() => credentials.length > 0);
  expect(credentials.map((credential) => credential.certno)).toEqual([LI.number]);
});

test('a device without power is a fault, and is back when it answers', async () => {
  build({ ...QUICK, replyMsMax: 100 });
  await device.plugIn();
  reader.start();
  await eventually(ready);
  device.simulator.powered = false;
  await eventually(() => reader.status().code === 'SDT_SILENT');
  device.simulator.powered = true;
  await eventually(ready);
});

test('twenty pulls in a row leave no process, file or timer behind', async () => {
  reader.start();
  for (let i = 0; i < 20; i++) {
    await device.plugIn();
    await eventually(ready);
    await device.pull();
    await eventually(() => !ready());
  }
  expect(reader.status().counters.opens).toBe(20);
  expect(reader.status().state).toBe('absent');
});
