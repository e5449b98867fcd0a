import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SettledView } from '../../gateway/clinic/api/views/types.ts';
import { runCommand, type Started, startCommand, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';
import { type Pieces, startPieces } from './pieces.ts';
import { DRAFT, PSN_NO } from './samples.ts';

const strace = spawnSync('strace', ['-V']).status === 0;

let pieces: Pieces;
let gateway: Started;
let doctor: Doctor;
beforeEach(async () => {
  pieces = await startPieces();
  gateway = await pieces.startGateway();
  doctor = new Doctor(pieces.url);
  await doctor.login();
});
afterEach(async () => {
  await gateway?.stop();
  await pieces?.stop();
});

async function settle(request: string): Promise<number> {
  const { id } = await doctor.open(PSN_NO);
  return (await doctor.confirmed(await doctor.quoted(id, DRAFT, request))).seq;
}
const held = (seq: number) =>
  until(
    `the receipt of ${seq}`,
    () => doctor.ask<SettledView>('GET', `/api/settlements/${seq}`),
    ({ township }) => township === 'held',
  );

/** From here on every sync of a running process fails, as on a dying disk. */
async function failSyncs(pid: number | undefined): Promise<void> {
  const syncs = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO'];
  const tracer = spawn('strace', ['-f', '-p', String(pid), '-o', '/dev/null', ...syncs], { stdio: 'pipe' });
  await once(tracer.stderr, 'data'); // attached
}

describe.skipIf(!strace)('the disk of the township fails (apt-get install strace)', () => {
  test('it ends at once, receipts nothing that may be lost, and after the next start it has everything', async () => {
    await held(await settle('failing-disk-request-1'));
    const ended = once(pieces.office.child, 'exit');
    await failSyncs(pieces.office.child.pid);
    const seq = await settle('failing-disk-request-2');
    expect((await ended)[0]).toBe(2);
    expect(pieces.office.log()).toMatch(/cunyitong: TOWNSHIP_DISK_FAILED: /);
    const { township } = await doctor.ask<SettledView>('GET', `/api/settlements/${seq}`);
    expect(township).not.toBe('held');

    const port = new URL(pieces.office.address).port;
    const office = await startCommand(['township', 'run', '--state', pieces.township, '--port', port]);
    await held(seq);
    await office.stop();
    const verdict = await runCommand(['township', 'verify', '--state', pieces.township]);
    expect(JSON.parse(verdict.out)).toMatchObject({ ok: true, faults: [] });
  });
});
