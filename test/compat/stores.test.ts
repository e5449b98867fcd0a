import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clinicAnswers, derivedRows, storeAnswers, townAnswers } from './answers.ts';
import { copyOfStores, fixture, fixtureJson, RELEASES } from './fixture.ts';
import { CLINIC, DOCTOR, ITEM, LATER_MS, PERSON } from './given.ts';
import {
  boxKeysIn,
  enrolBox,
  ledgerPartsOf,
  makeBoxFolder,
  openClinic,
  startLink,
  startTownship,
} from './places.ts';
import {
  createSealer,
  fromBase64url,
  fundReport,
  openSqliteStore,
  openStateDir,
  readRecoveryKey,
  rebuildLedger,
  restoreLedger,
  unwrap,
  verifyTownship,
} from './product.ts';
import { BACKUP, CLINIC_BOX, FIRST, TOWN } from './scenario.ts';
import { cardOf, draftOf, settle } from './visits.ts';
import { plain } from './wire.ts';
import { createWorld } from './world.ts';

/** The stores that earlier releases left are opened, verified and gone on with by this one. */

let [folder, clinicFolder, townFolder] = ['', '', ''];
afterEach(() => rmSync(folder, { recursive: true }));

const TABLETS = draftOf('I10.x00x002', { med_list_codg: ITEM.tablets, cnt: '1', prd_days: 14 });

describe.each(RELEASES)('what release %s left', (release) => {
  const answers = fixtureJson(release, 'answers.json');
  beforeEach(() => {
    folder = copyOfStores(release);
    [clinicFolder, townFolder] = [join(folder, CLINIC_BOX), join(folder, TOWN)];
  });

  test('a clinic’s ledger has no flaw, comes to the same prices, and is exported to the letter', () => {
    const now = storeAnswers(clinicFolder);
    expect(now.verdict.flaws).toEqual([]);
    expect(now.replay.differing).toEqual([]);
    expect(now.replay.settlements).toBeGreaterThan(7);
    expect(plain(now)).toEqual(answers.tools.clinic);
  });

  test('a clinic’s ledger answers as it did: totals, open visits, print queue, datasets', async () => {
    const world = createWorld(LATER_MS);
    const now = clinicAnswers(world, clinicFolder, await enrolBox(world, clinicFolder, null));
    expect([now.visits.length, now.findings.length]).toEqual([2, 1]);
    expect(now.printJobs.length).toBeGreaterThanOrEqual(6);
    expect(now.held).toBeLessThan(now.head.seq);
    expect(plain(now)).toEqual(answers.clinic);
  });

  test('totals made anew from the records are those that were there', () => {
    const store = openSqliteStore(join(clinicFolder, 'ledger.sqlite'));
    const before = derivedRows(store);
    expect(before.used.length).toBeGreaterThan(3);
    rebuildLedger(
      store,
      createSealer(boxKeysIn(clinicFolder).data, () => Buffer.alloc(24)),
    );
    expect(derivedRows(store)).toEqual(before);
    store.close();
  });

  test('a township’s store verifies and reports as it did', async () => {
    const town = await startTownship(createWorld(LATER_MS), townFolder);
    expect(verifyTownship(town.store).faults).toEqual([]);
    const { doors, ...then } = answers.town;
    const now = plain(townAnswers(town, LATER_MS)) as { doors: unknown[] };
    // Rows have more members since; and a code that has done its work opens no door.
    expect(now).toMatchObject(then);
    expect(doors).toEqual(expect.arrayContaining(now.doors));
    await town.stop();
  });

  test('both go on: the next record joins on, and the township takes what it lacks', async () => {
    const world = createWorld(LATER_MS);
    const town = await startTownship(world, townFolder);
    const box = await enrolBox(world, clinicFolder, null);
    const clinic = openClinic(world, clinicFolder, box);
    const { ledger } = clinic;
    const before = ledger.head().seq;
    expect(before).toBe(answers.clinic.head.seq);
    const link = startLink(world, clinic, box, 'boot-of-later');
    await world.pass(60_000);
    expect(ledger.deliveredThrough()).toBe(before);
    const { seq } = settle(clinic, 'request-later-0001', cardOf(PERSON.hypertension), TABLETS, 'cash');
    expect(seq).toBe(before + 1);
    // What the release settled is remembered: its request gives it again, and settles no other visit.
    expect(ledger.settledBy('request-second-010')?.seq).toBeLessThan(before);
    const again = () => settle(clinic, 'request-second-010', { psn_no: PERSON.signed }, TABLETS, 'cash');
    expect(again).toThrow('REQUEST_REUSED');
    ledger.closeDay(clinic.desk.today(), DOCTOR);
    await world.pass(60_000);
    expect(ledger.deliveredThrough()).toBe(seq + 1);
    expect(town.store.ledgers.get(ledger.ledger)).toMatchObject({
      through: seq + 1,
      hash: ledger.head().hash,
      fork: null,
    });
    expect(verifyTownship(town.store).faults).toEqual([]);
    await link.stop();
    ledger.close();
    expect(storeAnswers(clinicFolder).verdict).toMatchObject({ records: seq + 1, flaws: [] });
    await town.stop();
  });

  test('a backup is opened with the township’s recovery key, and a new box goes on from it', async () => {
    const world = createWorld(LATER_MS);
    const town = await startTownship(world, townFolder);
    const store = openSqliteStore(join(folder, BACKUP), { readOnly: true });
    const recovery = readRecoveryKey(openStateDir(townFolder).read('recovery.json') ?? '');
    const data = unwrap(recovery, fromBase64url(store.meta('data_key') ?? ''));
    const old = boxKeysIn(join(folder, FIRST));
    expect(data.equals(old.data)).toBe(true);
    expect(plain(storeAnswers(join(folder, FIRST), `../${BACKUP}`))).toEqual(answers.tools.backup);

    const here = join(folder, 'third-box');
    makeBoxFolder(here, 'third', data);
    const box = await enrolBox(world, here, town.invite(CLINIC, 7));
    const backup = { store, keyOf: () => old.signing };
    const restored = restoreLedger({ ...ledgerPartsOf(world, here, box), backup, held: null });
    store.close();
    const clinic = openClinic(world, here, box, restored.ledger);
    const funds = fundReport(town.store, 'day');
    const link = startLink(world, clinic, box, 'boot-of-third-box');
    await world.pass(60_000);
    expect(restored.transferred).toBeGreaterThan(10);
    expect(clinic.ledger.deliveredThrough()).toBe(clinic.ledger.head().seq);
    expect(fundReport(town.store, 'day')).toEqual(funds); // what was handed in before is not booked again
    expect(verifyTownship(town.store).faults).toEqual([]);
    await link.stop();
    clinic.ledger.close();
    await town.stop();
  });

  test('the fixtures are small', () => {
    for (const name of [`${CLINIC_BOX}/ledger.sqlite`, `${TOWN}/township.sqlite`, BACKUP])
      expect(statSync(fixture(release, `stores/${name}`)).size).toBeLessThan(400_000);
  });
});
