import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskView } from '../../gateway/clinic/api/views/types.ts';
import { doctorText, type ErrorCode } from '../../gateway/errors.ts';
import { makeTlsKey, publicTlsKey } from '../../sync/clinic/certificate.ts';
import { readTownshipKeys } from '../../sync/record/key-file.ts';
import { freePort, mosquittoHere, runMosquitto, wrapMosquitto } from '../../sync/testing/mosquitto.ts';
import { verifyTownship } from '../../sync/township/book/verify.ts';
import { createAuthority } from '../../sync/township/enrol/authority.ts';
import { openTownshipStoreReadonly } from '../../sync/township/store/sqlite/store.ts';
import { runCommand, type Started, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';
import { type Pieces, startPieces } from './pieces.ts';
import { demoData } from './samples.ts';

/** A clinic and its township as processes, with nothing but TLS between them. */
describe.skipIf(!mosquittoHere())('over TLS (apt-get install -y mosquitto)', () => {
  const root = mkdtempSync(join(tmpdir(), 'cunyitong-tls-'));
  const ports = { main: 0, enrol: 0 };
  let mosquitto: Awaited<ReturnType<typeof runMosquitto>>;
  let pieces: Pieces;
  let office: Started;
  let gateway: Started;
  let doctor: Doctor;
  let visits = 0;

  /** A Mosquitto on the files that a township wrote, always on the same ports. */
  async function brokerOf(township: string, dir: string) {
    const words = ['--state', township, '--dir', dir, '--host', '127.0.0.1', '--bind', '127.0.0.1'];
    const at = ['--port', String(ports.main), '--enrol-port', String(ports.enrol)];
    const { out, err } = await runCommand(['township', 'mosquitto', ...words, ...at]);
    if (!out) throw new Error(err);
    return runMosquitto(wrapMosquitto(root, out.trim()), ports.main);
  }

  const held = () => {
    const store = openTownshipStoreReadonly(join(pieces.township, 'township.sqlite'));
    const { ok, records } = verifyTownship(store);
    store.close();
    return { ok, records };
  };

  const desk = () => doctor.ask<DeskView>('GET', '/api/desk');

  async function settle(): Promise<void> {
    const { id } = await doctor.open(demoData('roster').persons[0].psn_no);
    const [{ med_list_codg }] = demoData('catalogue').items;
    const draft = { diagnoses: [{ diag_code: 'I10.x00x002' }], items: [{ med_list_codg, cnt: '1' }] };
    await doctor.confirmed(await doctor.quoted(id, draft, `tls-visit-${visits++}-request`));
  }

  /** All that was settled is with the township. */
  const arrived = () =>
    until(
      'the township has it',
      desk,
      ({ waiting, lights }) => waiting === 0 && lights.at(-1)?.state === 'ok',
      90_000,
    );

  const turnedAway = (code: ErrorCode) =>
    until('the page says why', desk, ({ lights }) => lights.at(-1)?.code === code, 90_000).then(
      ({ lights }) => expect(lights.at(-1)?.text).toContain(doctorText(code).replace(/。$/, '')),
    );

  beforeAll(async () => {
    [ports.main, ports.enrol] = [await freePort(), await freePort()];
    pieces = await startPieces(async (township) => {
      mosquitto = await brokerOf(township, join(root, 'mosquitto'));
      const [broker, enrol] = [ports.main, ports.enrol].map((port) => `mqtts://127.0.0.1:${port}`);
      return { broker: broker ?? '', enrol: enrol ?? '', reload: () => mosquitto.reload() };
    });
    office = pieces.office;
    doctor = new Doctor(pieces.url);
  }, 180_000);
  afterAll(async () => {
    await gateway?.stop('SIGKILL');
    await office?.stop();
    await pieces?.stop();
    await mosquitto?.kill();
    rmSync(root, { recursive: true, force: true });
  });

  test('a box enrols by its code, settles, and the record arrives; through a restart of the broker too', async () => {
    copyFileSync(join(pieces.township, 'township.sqlite'), join(root, 'before.sqlite'));
    gateway = await pieces.startGateway();
    await doctor.login();
    await settle();
    await arrived();
    const before = held();
    expect(before).toMatchObject({ ok: true });
    expect(statSync(join(pieces.clinic, 'tls.key')).mode & 0o777).toBe(0o600);

    await mosquitto.restart();
    await settle();
    await arrived();
    expect(held()).toEqual({ ok: true, records: before.records + 1 });
  }, 180_000);

  test('another township’s broker at the same address is told nothing, and the page says so', async () => {
    const before = held();
    await mosquitto.kill();
    const theirs = await brokerOf(join(root, 'other-township'), join(root, 'other-mosquitto'));
    await turnedAway('BROKER_UNTRUSTED');
    await settle();
    await theirs.kill();
    await mosquitto.start();
    await arrived();
    expect(held()).toEqual({ ok: true, records: before.records + 1 });
  }, 180_000);

  test('another box’s certificate brings nobody in; a new code brings the right one', async () => {
    const before = held();
    await gateway.stop();
    const file = join(pieces.clinic, 'enrolment.json');
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    const authority = createAuthority(
      readTownshipKeys(readFileSync(join(pieces.township, 'keys.json'), 'utf8')),
    );
    const certificate = authority.issue(
      { user: `H14022500009/${'9'.repeat(32)}` },
      publicTlsKey(makeTlsKey(() => new Uint8Array(32))),
      Date.now() + 86_400_000,
    );
    kept.enrolment.tls = { ca: authority.ca, certificate };
    writeFileSync(file, JSON.stringify(kept));
    gateway = await pieces.startGateway();
    await doctor.login();
    await turnedAway('CERTIFICATE_UNFIT');
    await settle();
    expect(held()).toEqual(before);

    await gateway.stop();
    const clinic = join(root, 'clinic.json');
    writeFileSync(clinic, JSON.stringify(kept.enrolment.clinic));
    const { out: code, err } = await runCommand([
      'township',
      'invite',
      '--state',
      pieces.township,
      '--clinic',
      clinic,
    ]);
    expect(err).toContain('systemctl reload mosquitto');
    await mosquitto.reload();
    gateway = await pieces.startGateway(code);
    await arrived();
    expect(held()).toEqual({ ok: true, records: before.records + 1 });
  }, 180_000);

  test('a township restored from before the enrolment takes the box back, and gets every record again', async () => {
    const before = held();
    await office.stop();
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(pieces.township, `township.sqlite${end}`), { force: true });
    copyFileSync(join(root, 'before.sqlite'), join(pieces.township, 'township.sqlite'));
    expect(held()).toEqual({ ok: true, records: 0 });
    office = await pieces.startOffice();
    await mosquitto.restart(); // as a server room that was down: the box says hello at once
    await settle();
    await arrived();
    await until(
      'all of it',
      async () => held(),
      ({ records }) => records === before.records + 1,
      90_000,
    );
    expect(held()).toMatchObject({ ok: true });
    expect(office.log()).toContain('taken back');
  }, 180_000);
});
