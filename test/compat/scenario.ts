import { join } from 'node:path';
import { CLINIC, DATASETS, DOCTOR, ITEM, PERSON } from './given.ts';
import {
  boxKeysIn,
  enrolBox,
  ledgerPartsOf,
  makeBoxFolder,
  makeTownshipFolder,
  openClinic,
  startLink,
  startTownship,
  type TestClinic,
  type TestTownship,
} from './places.ts';
import {
  type Box,
  backupLedger,
  createSealer,
  importPublicKey,
  keysByKid,
  openDataset,
  openSqliteStore,
  openStateDir,
  restoreLedger,
  roleOf,
  type SettledVisit,
  signDataset,
  verifyJws,
} from './product.ts';
import { cardOf, draftOf, settle, settleFromAccount, write } from './visits.ts';
import { createWorld, type Sent, type World } from './world.ts';

/** Folders that the scenario leaves behind, and the file of the first box's backup. */
export const TOWN = 'township';
export const FIRST = 'first-box';
export const CLINIC_BOX = 'clinic';
export const BACKUP = 'backup.sqlite';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TABLETS = { med_list_codg: ITEM.tablets, cnt: '1', prd_days: 14 };
const HYPERTENSION = draftOf('I10.x00x002', TABLETS);
const MANY = draftOf('I10.x00x002', { ...TABLETS, cnt: '2', prd_days: 28 });
const COLD = draftOf(
  'J06.900',
  { med_list_codg: ITEM.limited, cnt: '1', prd_days: 5 },
  { med_list_codg: ITEM.traced, cnt: '2', drug_trac_codg: ['81234567890123456789', '81234567890123456790'] },
  { med_list_codg: ITEM.ownPay, cnt: '0.5', trdn_flag: '1' },
);

/** One dataset of each kind, signed by whoever may sign it. */
export function publish(world: World, town: TestTownship): void {
  const issued = new Date(world.clock.now()).toISOString();
  const signers = { insurer: town.insurer, township: town.keys.signing, vendor: town.vendor };
  for (const [name, value] of Object.entries(DATASETS)) {
    const role = roleOf(name);
    if (!role) throw new Error(name);
    const clinic = name === 'clinic' ? CLINIC.fixmedins_code : '*';
    const fields = { name, version: 1, clinic, issued, content: JSON.stringify(value) };
    town.datasets.add(signDataset(fields, signers[role]));
  }
  town.receiver.offerAll();
}

/** A bundle that reached the box by another way, and that the township has not got. */
function installUnknown(world: World, { ledger }: TestClinic, town: TestTownship): void {
  const name = 'bundle/shanwei-resident';
  const content = JSON.stringify({ ...DATASETS[name], version: 2 });
  const issued = new Date(world.clock.now()).toISOString();
  const { manifest } = signDataset({ name, version: 2, clinic: '*', issued, content }, town.insurer);
  const insurer = keysByKid([town.insurer.jwk]);
  const trust = { insurer, township: insurer, vendor: insurer };
  ledger.install(manifest, content, openDataset({ manifest, content }, undefined, trust));
}

/** The clinic's first box, until it is lost: one settlement is delivered, one is not; there is a backup. */
async function firstBox(world: World, folder: string, town: TestTownship, code: string): Promise<void> {
  const here = join(folder, FIRST);
  makeBoxFolder(here, 'first');
  const box = await enrolBox(world, here, code);
  const clinic = openClinic(world, here, box);
  const link = startLink(world, clinic, box, 'boot-of-first');
  publish(world, town);
  await world.pass(MINUTE_MS);
  settle(clinic, 'request-first-0001', cardOf(PERSON.hypertension), HYPERTENSION, 'cash');
  await world.pass(MINUTE_MS);
  await link.stop();
  settle(clinic, 'request-first-0002', { psn_no: PERSON.signed }, HYPERTENSION, 'owed');
  clinic.ledger.close();
  const { data, signing } = boxKeysIn(here);
  const file = join(here, 'ledger.sqlite');
  backupLedger(
    file,
    join(folder, BACKUP),
    createSealer(data, () => Buffer.alloc(24)),
    () => signing,
  );
}

/** The next box, which came without a certificate, goes on from the backup. */
async function secondBox(
  world: World,
  folder: string,
  town: TestTownship,
  code: string,
): Promise<[Box, TestClinic]> {
  const here = join(folder, CLINIC_BOX);
  const old = boxKeysIn(join(folder, FIRST));
  const state = makeBoxFolder(here, 'second', old.data);
  const asked = await enrolBox(world, here, code);
  const { tls: _, ...enrolment } = asked.enrolment;
  state.write(
    'enrolment.json',
    JSON.stringify({ ...JSON.parse(state.read('enrolment.json') ?? ''), enrolment }),
  );
  const box = await enrolBox(world, here, null);
  const [word = ''] = enrolment.held ?? [];
  const { payload } = verifyJws('cyt-receipt+jws', word, () => importPublicKey(town.keys.signing.jwk));
  const held = { seq: Number(payload.through), hash: String(payload.hash) };
  const store = openSqliteStore(join(folder, BACKUP), { readOnly: true });
  const parts = ledgerPartsOf(world, here, box);
  const { ledger } = restoreLedger({
    ...parts,
    backup: { store, keyOf: () => old.signing },
    held,
    receipt: word,
  });
  store.close();
  return [box, openClinic(world, here, box, ledger)];
}

/** Settlements of every kind, one taken back, and everything else that a ledger can hold. */
async function firstDay(world: World, clinic: TestClinic): Promise<SettledVisit> {
  const { ledger, desk } = clinic;
  const first = settle(clinic, 'request-second-001', cardOf(PERSON.hypertension), MANY, 'cash');
  const second = settle(clinic, 'request-second-002', cardOf(PERSON.signed), COLD, 'code');
  settle(clinic, 'request-second-003', { psn_no: PERSON.paused }, HYPERTENSION, 'owed');
  settle(clinic, 'request-second-004', { psn_name: '过路人' }, draftOf(null, TABLETS), 'cash');
  settleFromAccount(clinic, 'request-second-005', PERSON.signed, HYPERTENSION);
  await world.pass(MINUTE_MS);
  const { paid, setl_date } = second.body;
  const back = { operator: DOCTOR, reason: '开错药', refund: paid };
  ledger.reverse({ ...back, request: 'request-second-006', seq: second.seq, day: setl_date });
  ledger.closeDay(desk.today(), DOCTOR);
  ledger.append('service', { event: 'signed', psn_no: PERSON.signed }, DOCTOR);
  ledger.append('stock', { event: 'received', med_list_codg: ITEM.tablets, cnt: '40' }, DOCTOR);
  ledger.append('incident', { code: 'DISK_LOW', free_bytes: 1_000 }, 'gateway');
  await world.pass(MINUTE_MS);
  return first;
}

/** The doctor confirms the day; a bundle is unknown to the township; a patient comes after the day-close. */
async function secondDay(
  world: World,
  clinic: TestClinic,
  town: TestTownship,
  earlier: SettledVisit,
): Promise<void> {
  const { ledger, desk } = clinic;
  ledger.confirmDay(desk.today(), DOCTOR);
  installUnknown(world, clinic, town);
  settle(clinic, 'request-second-007', cardOf(PERSON.southern), HYPERTENSION, 'cash');
  const back = { operator: DOCTOR, reason: '退药', refund: earlier.body.paid, seq: earlier.seq };
  ledger.reverse({ ...back, request: 'request-second-008', day: desk.today() });
  ledger.closeDay(desk.today(), DOCTOR);
  settle(clinic, 'request-second-009', cardOf(PERSON.hypertension), MANY, 'cash'); // after the close
  await world.pass(MINUTE_MS);
}

/** Two settlements that the township does not hold yet, two open visits, and slips in each state. */
function leftOver(clinic: TestClinic): void {
  const { ledger } = clinic;
  const printed = ledger.printJobs().slice(0, 4);
  for (const { seq, copy } of printed) {
    ledger.setPrintState(seq, copy, 'printing');
    ledger.setPrintState(seq, copy, 'printed');
  }
  ledger.addReprint(printed[0]?.seq ?? 0);
  const last = settle(clinic, 'request-second-010', { psn_no: PERSON.signed }, COLD, 'cash');
  ledger.setPrintState(last.seq, 0, 'printing');
  ledger.setPrintState(last.seq, 0, 'waiting', 'PRINTER_NO_PAPER');
  const who = { psn_name: '过路人' };
  const unsure = settle(clinic, 'request-second-011', who, draftOf(null, TABLETS), 'owed');
  ledger.setPrintState(unsure.seq, 0, 'printing'); // and then the power failed
  write(clinic, cardOf(PERSON.hypertension), COLD);
  write(clinic, { psn_name: '王路过' }, draftOf('J06.900'));
}

export interface Scenario {
  traffic: Sent[];
  /** Enrolment codes of the two boxes. */
  codes: string[];
}

/**
 * Runs a clinic and its township over two boxes and two days, in folders below `folder`. Gives everything
 * that was published; the same at every run, to the byte.
 */
export async function runScenario(folder: string): Promise<Scenario> {
  const world = createWorld();
  const town = join(folder, TOWN);
  openStateDir(folder).make();
  makeTownshipFolder(town);
  let office = await startTownship(world, town, 'township, first start');
  const codes = [office.invite(CLINIC, 7), office.invite(CLINIC, 7)];
  await firstBox(world, folder, office, codes[0] ?? '');
  const [box, clinic] = await secondBox(world, folder, office, codes[1] ?? '');
  await office.stop();
  let link = startLink(world, clinic, box, 'boot-of-second');
  await world.pass(MINUTE_MS); // nobody answers: the box shows by whom it was admitted
  office = await startTownship(world, town, 'township, second start');
  await world.pass(MINUTE_MS);
  const earlier = await firstDay(world, clinic);
  await link.stop();
  await office.stop();
  await world.pass(DAY_MS);
  office = await startTownship(world, town, 'township, third start');
  link = startLink(world, clinic, box, 'boot-of-third');
  await world.pass(MINUTE_MS);
  await secondDay(world, clinic, office, earlier);
  await link.stop();
  leftOver(clinic);
  office.invite(CLINIC, 7);
  clinic.ledger.close();
  await office.stop();
  return { traffic: world.traffic, codes };
}
