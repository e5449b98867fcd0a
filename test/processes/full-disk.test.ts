import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeskView, SettledView, TodayView } from '../../gateway/clinic/api/views/types.ts';
import { errorWords } from '../../gateway/errors.ts';
import { runCommand, type Started, until } from '../clinic.ts';
import { type Confirmation, Doctor } from './doctor.ts';
import { type Pieces, slipsOf, startPieces } from './pieces.ts';
import { DRAFT, PSN_NO } from './samples.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

/** A disk that fills up under the running processes, with the limits that a clinic has. */

const MB = 1024 * 1024;
const root = process.getuid?.() === 0;
const FULL = {
  status: 507,
  body: errorWords('DISK_FULL'),
};

let disk: SmallDisk;
let pieces: Pieces;
let gateway: Started;
let doctor: Doctor;

async function start(onSmallDisk: Parameters<typeof startPieces>[1]): Promise<void> {
  pieces = await startPieces(undefined, onSmallDisk);
  gateway = await pieces.startGateway();
  doctor = new Doctor(pieces.url);
  await doctor.login();
}
async function stop(): Promise<void> {
  await gateway?.stop();
  await pieces?.stop();
  disk.remove();
}

let requests = 0;
async function priced(): Promise<Confirmation> {
  const { id } = await doctor.open(PSN_NO);
  return doctor.quoted(id, DRAFT, `full-disk-request-${requests++}`);
}
const settle = async () => doctor.confirmed(await priced());
const notices = async () => (await doctor.ask<DeskView>('GET', '/api/desk')).notices.map(({ code }) => code);
const settled = async () => (await doctor.ask<TodayView>('GET', '/api/today')).settlements.length;
async function flaws(): Promise<unknown[]> {
  const { out, err } = await runCommand(['ledger', 'verify', '--state', pieces.clinic]);
  return out === '' ? [err] : JSON.parse(out).flaws;
}

describe.skipIf(!root)('the disk of the box (run as root)', () => {
  beforeEach(async () => {
    disk = smallDisk(360);
    await start({ clinic: disk.folder });
  });
  afterEach(stop);

  test('fills up: announced at 20 %, refused before the last 64 MB, and the same confirm settles when there is room', async () => {
    await settle();
    expect(await notices()).toEqual([]);

    disk.leave(68 * MB); // less than 72
    await settle();
    expect(await notices()).toEqual(['DISK_LOW']);

    const asked = await priced();
    disk.leave(64 * MB - 1);
    for (let n = 0; n < 3; n++) expect(await doctor.confirm(asked).answer).toEqual(FULL);
    expect(await notices()).toEqual(['DISK_FULL']);
    expect(disk.free()).toBeGreaterThan(63 * MB);
    expect([await settled(), await flaws()]).toEqual([2, []]);

    disk.clear();
    const { seq } = await doctor.confirmed(asked);
    expect(await notices()).toEqual([]);
    await printedAndHeld(seq);
    expect([await settled(), await flaws()]).toEqual([3, []]);
  });

  test('has not one byte left: everything can be read, nothing is half-written, and it goes on by itself', async () => {
    await settle();
    const { seq: first } = await settle();
    const asked = await priced();
    disk.leave(0); // the slip is coming out, and cannot be marked as printed
    expect(disk.free()).toBe(0);
    for (let n = 0; n < 3; n++) expect(await doctor.confirm(asked).answer).toEqual(FULL);
    const opened = await doctor.send('POST', '/api/visits', { psn_name: '过路人' }).answer;
    expect(opened).toEqual(FULL);
    expect([await notices(), await settled(), await flaws()]).toEqual([['DISK_FULL'], 2, []]);

    disk.clear();
    const { seq } = await doctor.confirmed(asked);
    for (const one of [first, seq]) await printedAndHeld(one);
    expect([await notices(), await settled(), await flaws()]).toEqual([[], 3, []]);
  });

  test('has not one byte left at the start: the page says so, and it goes on by itself when there is room', async () => {
    const asked = await priced();
    const { seq } = await doctor.confirmed(asked);
    // Killed, it leaves a WAL to recover from; stopped in order, it leaves none and one has to be made.
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      if (signal === 'SIGKILL') disk.leave(0);
      await gateway.stop(signal);
      disk.leave(0);
      gateway = await pieces.startGateway(undefined, 'degraded DISK_FULL');
      expect(await doctor.send('GET', '/api/session').answer).toMatchObject({ status: 503, body: FULL.body });
      disk.clear();
      await until(
        'ready',
        async () => gateway.output(),
        (output) => output.includes('ready '),
      );
      expect(await doctor.confirmed(asked)).toMatchObject({ seq });
      expect(await flaws()).toEqual([]);
    }
    await settle();
    expect([await settled(), await flaws()]).toEqual([2, []]);
  });
});

describe.skipIf(!root)('the disk of the township (run as root)', () => {
  beforeEach(async () => {
    disk = smallDisk(8);
    await start({ township: disk.folder });
  });
  afterEach(stop);

  test('is full: nothing is receipted that is not held, the clinic goes on, and so does the township when there is room', async () => {
    await printedAndHeld((await settle()).seq);
    disk.leave(0);
    const first = await settle();
    for (let n = 0; n < 12; n++) await settle();
    await until(
      'the township refuses',
      async () => pieces.office.log(),
      (log) => /TOWNSHIP_DISK_FULL/.test(log),
    );
    disk.clear();
    const { seq } = await settle(); // does not join on to what is held: the box asks where to go on from
    for (const one of [first.seq, seq]) await printedAndHeld(one);
    const verdict = await runCommand(['township', 'verify', '--state', pieces.township]);
    expect(JSON.parse(verdict.out)).toMatchObject({ ok: true, faults: [] });
    expect(await flaws()).toEqual([]);
  });
});

/** One slip came out, unmarked, and the township's receipt is in. */
async function printedAndHeld(seq: number): Promise<void> {
  await until(
    `slip and receipt of ${seq}`,
    () => doctor.ask<SettledView>('GET', `/api/settlements/${seq}`),
    ({ slip, township }) => slip === 'printed' && township === 'held',
  );
  const slips = slipsOf(pieces.devices).filter((slip) => slip.seq === seq);
  expect(slips.map(({ reprint }) => reprint)).toEqual([false]);
}
