import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMqttBus } from '../../sync/bus/mqtt.ts';
import { makeCode } from '../../sync/record/enrolment-code.ts';
import { clinicOf, clock, quick, random, type World, world } from '../../sync/testing/world.ts';
import { openStateDir } from '../state-dir.ts';
import { enrolledBox } from './enrol.ts';

let here: World;
let folder: string;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cunyitong-enrol-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const invite = (n: number) => here.town().invite(clinicOf(n), 7);
/** Time does not pass for who waits, unless a test says so: an answer comes or the wait is over at once. */
const hurried = { ...clock, setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms / 20) };
const start = (code: string | null, at = clock) =>
  enrolledBox({
    state: openStateDir(folder),
    code,
    connect: (login) => createMqttBus({ url: here.url, ...login, clock, random, backoff: quick }),
    random,
    clock: at,
  });
const files = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

test('the same box goes on asking after a power cut, and needs no code once it is enrolled', async () => {
  await expect(start(null)).rejects.toMatchObject({ code: 'NOT_ENROLLED' });
  await expect(start('no code')).rejects.toMatchObject({ code: 'ENROL_CODE_UNKNOWN' });
  const code = invite(1);
  await here.stopTownship();
  await expect(start(code, hurried)).rejects.toMatchObject({ code: 'ENROL_NO_ANSWER' });
  const asked = files().filter(([name]) => name !== 'enrolment.json');
  await here.startTownship();
  const box = await start(code);
  expect(files().filter(([name]) => name !== 'enrolment.json')).toEqual(asked);
  const before = files();
  const again = await start(null);
  expect([again.ledger, again.enrolment]).toEqual([box.ledger, box.enrolment]);
  expect(box.certificate.tls().cert).toBe(box.enrolment.tls?.certificate);
  await start(code);
  expect(files()).toEqual(before);
});

test('another code brings a new certificate; one that nobody answers, or another clinic’s, changes nothing', async () => {
  const box = await start(invite(1));
  const before = files();
  for (const code of [makeCode(random), 'no code', invite(2)]) {
    const same = await start(code, hurried);
    expect(same.enrolment).toEqual(box.enrolment);
    expect(files()).toEqual(before);
  }
  const renewed = await start(invite(1));
  expect(renewed.ledger).toBe(box.ledger);
  expect(renewed.enrolment.admission).not.toBe(box.enrolment.admission);
  expect(renewed.certificate.until()).toBeGreaterThanOrEqual(box.certificate.until() ?? 0);
  const { tls, admission, ...rest } = renewed.enrolment;
  expect({ ...rest, tls: null, admission: null }).toEqual({ ...box.enrolment, tls: null, admission: null });
});

test('a certificate that came over the link is on disk, and is the one the next start has', async () => {
  const { certificate, enrolment } = await start(invite(1));
  const user = enrolment.mqtt.username;
  const until = Date.parse('2040-01-01T00:00:00.000Z');
  const { authority } = here.town();
  certificate.take({
    ca: authority.ca,
    certificate: authority.issue({ user }, certificate.status().key, until),
  });
  expect((await start(null)).certificate.until()).toBe(until);
});
