import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SettledView } from '../../gateway/clinic/api/views/types.ts';
import { startDemoDevices } from '../../gateway/demo/devices.ts';
import { freePort, realClock } from '../../gateway/real.ts';
import { until } from '../clinic.ts';
import { type Running, runAs, serveAs, shellAs } from './as-user.ts';
import { Doctor } from './doctor.ts';
import { settingsOf } from './pieces.ts';

/** Two users that own nothing else on this machine. */
const BOX = 61_001;
const TOWNSHIP = 61_002;

const isRoot = process.getuid?.() === 0;

/** A folder that only its owner can enter. */
function privateFolder(path: string, uid: number): string {
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, uid);
  return path;
}

/** As `uid` neither the folder nor a file in it can be looked at, by name or by list. */
function expectClosed(uid: number, folder: string, file: string): void {
  for (const words of [
    ['ls', folder],
    ['cat', join(folder, file)],
    ['stat', join(folder, file)],
    ['touch', join(folder, 'mine')],
  ]) {
    const { code, out, err } = shellAs(uid, words);
    expect([words[0], code === 0, out]).toEqual([words[0], false, '']);
    expect(err).toContain('Permission denied');
  }
}

test.skipIf(!isRoot)(
  'gateway and township run as two users who can read nothing of each other’s, and a settlement comes back receipted',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'cunyitong-two-users-'));
    chmodSync(root, 0o755);
    const clinic = privateFolder(join(root, 'clinic'), BOX);
    const office = privateFolder(join(root, 'township'), TOWNSHIP);
    const running: Running[] = [];
    const devices = await startDemoDevices({
      readerLink: join(root, 'devices', 'idcard'),
      printerPort: 0,
      lineMs: 0,
      clock: realClock,
    });
    try {
      // udev would give the box's user the reader.
      chownSync(realpathSync(devices.reader.link), BOX, BOX);

      const seeded = await runAs(TOWNSHIP, ['township', 'seed', '--state', office]);
      expect(seeded, seeded.err).toMatchObject({ code: 0 });
      const township = await serveAs(TOWNSHIP, ['township', 'run', '--state', office, '--port', '0']);
      running.push(township);

      const settings = join(clinic, 'settings.json');
      const port = await freePort(0);
      writeFileSync(settings, JSON.stringify(settingsOf(township.address, port, devices)), { mode: 0o600 });
      chownSync(settings, BOX, BOX);
      const code = seeded.out.trim();
      const codeFile = join(clinic, 'code');
      writeFileSync(codeFile, code, { mode: 0o600 });
      chownSync(codeFile, BOX, BOX);
      const words = ['gateway', '--state', clinic, '--settings', settings, '--code-file', codeFile];
      const gateway = await serveAs(BOX, words);
      running.push(gateway);

      expectClosed(BOX, office, 'keys.json');
      expectClosed(TOWNSHIP, clinic, 'keys.json');
      expect(shellAs(BOX, ['cat', join(clinic, 'keys.json')]).code).toBe(0);
      expect(shellAs(TOWNSHIP, ['cat', join(office, 'keys.json')]).code).toBe(0);

      const settled = await settleByCard(gateway.address, devices);
      expect(settled).toMatchObject({ township: 'held', township_text: '已传到乡镇', slip: 'printed' });

      const verdict = await runAs(BOX, ['ledger', 'verify', '--state', clinic]);
      expect(JSON.parse(verdict.out).flaws).toEqual([]);
      const days = await runAs(TOWNSHIP, ['township', 'report', '--state', office, 'days']);
      expect(JSON.parse(days.out)).toMatchObject([
        { settlements: 1, medfee_sumamt: settled.medfee_sumamt, fund_pay_sumamt: settled.fund_pay_sumamt },
      ]);
      expect((await runAs(TOWNSHIP, ['ledger', 'verify', '--state', clinic])).code).not.toBe(0);
    } finally {
      for (const one of running.reverse()) await one.stop();
      await devices.stop();
      rmSync(root, { recursive: true, force: true });
    }
  },
  120_000,
);

/** The visit of 26.34 with a card laid on the reader, until the township's receipt is in. */
async function settleByCard(
  url: string,
  devices: Awaited<ReturnType<typeof startDemoDevices>>,
): Promise<SettledView> {
  const doctor = new Doctor(url);
  await doctor.login();
  const card = {
    id: '1',
    name: '刘建国',
    note: '',
    certno: '140225197405069155',
    gend: '1',
    brdy: '1974-05-06',
  };
  const { id } = await doctor.openByCard(card, devices);
  const draft = {
    diagnoses: [{ diag_code: 'I10.x00x002' }],
    items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
  };
  const { seq, ...first } = await doctor.confirmed(await doctor.quoted(id, draft, 'two-users-request-1'));
  expect(first).toMatchObject({ fund_pay_sumamt: '14.92', psn_part_amt: '11.42' });
  return until(
    'the receipt',
    () => doctor.ask<SettledView>('GET', `/api/settlements/${seq}`),
    ({ township, slip }) => township === 'held' && slip === 'printed',
  );
}

if (!isRoot) process.stdout.write('two-users: skipped, only root can run programs as two other users\n');
