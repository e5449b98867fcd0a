import { readFileSync } from 'node:fs';
import type { Clock, Credential } from '../../../../drivers/contract.ts';
import { signDataset } from '../../../../sync/record/dataset.ts';
import { payloadOf } from '../../../../sync/record/jws.ts';
import type { Ledger } from '../../../ledger/index.ts';
import { ModelDisk, ModelStore } from '../../../ledger/store/index.ts';
import { KEYS, ledgerOn, NOON_MS } from '../../../ledger/testing/fixtures.ts';
import { createEntitlement, type EntitlementOf } from '../../entitlement.ts';
import { isRevoked } from '../../objections.ts';
import { createDesk, type Desk } from '../desk.ts';
import type { Draft } from '../draft-shape.ts';
import type { DraftFile } from '../drafts.ts';
import { followReference } from '../reference.ts';

/** A desk on a ledger in memory, with the demo's datasets in force and a clock that the test moves. */

const GATEWAY = new URL('../../../', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, GATEWAY), 'utf8'));

/** 刘建国: insured, hypertension. His visit of 26.34 is the first line of the README. */
export const PATIENT = '14022500000000000001';
/** Insured at the same clinic, signed. */
export const SIGNED = '14022500000000000002';
export const PAUSED = '44152100000000000016';
export const UNINSURED = '44152100000000000012';
export const DECEASED = '44152100000000000021';
export const BOX_OF_26_34 = 'XC08CAM031A001010203456';
export const HYPERTENSION = 'I10.x00x002';
export const DRAFT = {
  diagnoses: [{ diag_code: HYPERTENSION }],
  items: [{ med_list_codg: BOX_OF_26_34, cnt: '1', prd_days: 14 }],
};
export const DOCTOR = 'D140225000001';

export const person = (psn_no: string) => {
  const found = json('demo/data/roster.json').persons.find(
    (one: { psn_no: string }) => one.psn_no === psn_no,
  );
  if (!found) throw new Error(`nobody in the roster has ${psn_no}`);
  return found;
};

/** What a reader would say of somebody's card. */
export function cardOf({ psn_name, certno, gend, brdy }: Record<string, string>): Credential {
  return {
    kind: 'id-card',
    mdtrt_cert_type: '02',
    psn_cert_type: '01',
    certno: certno ?? '',
    psn_name: psn_name ?? '',
    gend: gend === '2' ? '2' : '1',
    brdy: brdy ?? '',
    expiry: null,
    device: { driver: 'sdt', sam: '05.03-20120920-0000000001-0000000001' },
  };
}

export const STRANGER = cardOf({
  psn_name: '钱过路',
  certno: '110101196001010011',
  gend: '1',
  brdy: '1960-01-01',
});

function demoDatasets(operators: object[]): [string, object][] {
  const bundles = ['datong-hunyuan', 'shanwei'].map((name) => ({
    ...json(`../policy/bundles/${name}.json`),
    begndate: '2024-01-01',
    enddate: '2099-12-31',
  }));
  return [
    ['clinic', json('demo/data/clinic.json')],
    ['operators', { operators }],
    ['diagnoses', json('demo/data/diagnoses.json')],
    ['catalogue', json('demo/data/catalogue.json')],
    ['roster', json('demo/data/roster.json')],
    ...bundles.map((bundle): [string, object] => [`bundle/${bundle.bundle}`, bundle]),
  ];
}

/** Puts a dataset in force as the township's link would. */
export function install(ledger: Ledger, name: string, value: object): void {
  const version = (ledger.dataset(name)?.ref.version ?? 0) + 1;
  const fields = { name, version, clinic: '*', issued: '2026-11-01T00:00:00.000Z' };
  const { manifest, content } = signDataset({ ...fields, content: JSON.stringify(value) }, KEYS.signing);
  ledger.install(manifest, content, payloadOf(manifest));
}

export interface TestDesk {
  desk: Desk;
  ledger: Ledger;
  clock: { now: number };
  drafts: DraftFile;
  /** What the ledger is stored on, to be damaged. */
  disk: ModelDisk;
  /** The same disk under a new process. */
  restart(): TestDesk;
}

interface TestDeskOptions {
  pin?: { salt: string; hash: string };
  /** What the desk asks, made of what it would ask by itself. */
  entitlement?: (own: EntitlementOf) => EntitlementOf;
}

const UNUSED_PIN = { salt: 'c2FsdA', hash: 'aGFzaA' };

export function testDesk(options: TestDeskOptions = {}): TestDesk {
  const here = deskOn(new ModelDisk(), { now: NOON_MS }, options, fileInMemory());
  const operator = { opter: DOCTOR, opter_name: '赵东升', role: 'doctor', pin: options.pin ?? UNUSED_PIN };
  for (const [name, value] of demoDatasets([operator])) install(here.ledger, name, value);
  return here;
}

/** A file that outlives its desk. */
export function fileInMemory(text: string | null = null): DraftFile & { text: string | null } {
  const file = {
    text,
    read: () => file.text,
    write(next: string) {
      file.text = next;
    },
  };
  return file;
}

let ticks = 0;
/** Whatever waits for a second has waited. */
const ALWAYS_LATER: Clock = {
  now: () => ++ticks * 1e6,
  setTimeout: () => null,
  clearTimeout: () => undefined,
};

function expectNothing(error: unknown): never {
  throw error;
}

function deskOn(
  disk: ModelDisk,
  clock: { now: number },
  options: TestDeskOptions,
  file: DraftFile,
): TestDesk {
  const ledger = ledgerOn(new ModelStore(disk), { clock: { now: () => clock.now } });
  let ids = ledger.head().seq;
  const reference = followReference(ledger);
  const entitlement = createEntitlement({
    reference,
    used: ledger.used,
    revoked: () => isRevoked(ledger),
  });
  const desk = createDesk({
    drafts: { file, clock: ALWAYS_LATER, failed: expectNothing },
    ledger,
    reference,
    entitlement: options.entitlement?.(entitlement) ?? entitlement,
    now: () => clock.now,
    newId: () => `visit-${++ids}`,
    software: 'cunyitong test',
    changed: () => {},
  });
  return { desk, ledger, clock, disk, drafts: file, restart: () => deskOn(disk, clock, options, file) };
}

let confirms = 0;

/** Opens, prices and confirms one visit. */
export function settleOne({ desk }: TestDesk, psn_no = PATIENT, draft: Draft = DRAFT) {
  const visit = desk.open({ psn_no });
  const { digest } = desk.quote(visit.id, draft, DOCTOR);
  const request = `request-of-test-${++confirms}`;
  return desk.confirm({
    visit: visit.id,
    request,
    digest: digest ?? '',
    draft,
    paid_way: 'cash',
    operator: DOCTOR,
  });
}
