import { createHash } from 'node:crypto';
import {
  createLedger,
  createVault,
  type Ledger,
  LedgerError,
  type ModelDisk,
  ModelStore,
  verifyLedger,
} from '../../../gateway/ledger/index.ts';
import { bodyOf, YEAR_CAP } from '../../../gateway/ledger/testing/fixtures.ts';
import { formatFen } from '../../../policy/index.ts';
import type { VerifyKey } from '../../../sync/record/keys.ts';
import type { Random } from '../../../sync/record/seal.ts';
import type { MemorySource } from '../../../sync/testing/memory-source.ts';
import type { ModelBox, ModelWorld } from '../../../sync/testing/model-world.ts';

/** What stops a process where it stands. Everything it still tries afterwards fails the same way. */
export class PowerCut extends Error {}

/** What the doctor was told, kept by the world and not by the box. */
export interface Told {
  request: string;
  psn_no: string;
  fen: number;
  /** Null while nobody knows: it is asked again until it is. */
  seq: number | null;
  hash: string | null;
  reversed: boolean;
}

export interface Clinic {
  n: number;
  /** The ledger it enrolled with. */
  id: string;
  disk: ModelDisk;
  ledger: Ledger | null;
  box: ModelBox | null;
  told: Told[];
  /** How far the box's own clock is from the world's. */
  skew_ms: number;
  /** Room on its disk. */
  free: number;
}

interface Frame {
  world: ModelWorld;
  random: Random;
  clinic: Clinic;
  keys: ModelBox['keys'];
}

const GB = 1024 ** 3;
export const ROOMY = { free: 10 * GB, total: 16 * GB };

/** Starts the gateway of a clinic on its disk. `cutAt`: the power goes at that store operation. */
export function boot({ world, random, clinic, keys }: Frame, cutAt: number): void {
  let left = cutAt;
  let dead = false;
  const store = new ModelStore(clinic.disk, () => {
    if (dead || left-- <= 0) {
      dead = true;
      throw new PowerCut('power cut');
    }
  });
  const ledger = createLedger({
    store,
    random,
    keys: { signing: keys.signing, dataKey: keys.data },
    clinic: clinicCode(clinic.n),
    clock: { now: () => world.clock.now() + clinic.skew_ms },
    disk: () => ({ ...ROOMY, free: clinic.free }),
    opening: { ledger: clinic.id, facts: {} },
  });
  clinic.ledger = ledger;
  clinic.box = world.connect(keys, ledger as unknown as MemorySource, clinicCode(clinic.n));
}

export const clinicCode = (n: number) => `H1402250000${n}`;

/** As if the plug were pulled: no good-bye, and nothing that is still under way in there can do anything. */
export function pullPlug(clinic: Clinic): void {
  const { box } = clinic;
  clinic.ledger = null;
  clinic.box = null;
  if (!box) return;
  box.bus.cut();
  void box.bus.close();
  void box.link.stop();
}

/** Does something with the ledger; the power may go meanwhile. False: it did not happen, as far as the doctor knows. */
export function withPower(clinic: Clinic, work: (ledger: Ledger) => void): boolean {
  if (!clinic.ledger) return false;
  try {
    work(clinic.ledger);
    return true;
  } catch (error) {
    if (error instanceof PowerCut) pullPlug(clinic);
    else if (!(error instanceof LedgerError) || !EXPECTED.has(error.code)) throw error;
    return false;
  }
}

const EXPECTED = new Set([
  'DISK_FULL',
  'CLOCK_BACKWARD',
  'CLOCK_FORWARD',
  'LEDGER_FORKED',
  'PRINT_JOB_UNKNOWN',
  'CLOCK_DAY_REFUSED',
]);

/** Confirms once more what is still open, as the page does after a reload; the oldest first. */
export function settleOpen(clinic: Clinic): void {
  for (const told of clinic.told.filter((it) => it.seq === null)) {
    const done = withPower(clinic, (ledger) => {
      const act = { ...told, fund: told.fen, psn: 1142, put: putOf(told, ledger.time().day) };
      const body = (seq: number) => ({
        ...bodyOf(ledger.ledger, seq, act),
        setl_id: setlId(clinic.n, ledger.ledger, seq),
      });
      const { seq, hash } = ledger.settle({ operator: 'D140225000001', request: told.request, body });
      told.seq = seq;
      told.hash = hash;
    });
    if (!done) return;
  }
}

const setlId = (n: number, ledger: string, seq: number) =>
  clinicCode(n) + ledger.slice(0, 8) + String(seq).padStart(10, '0');

function putOf({ fen }: Told, day: string) {
  const year = { period: day.slice(0, 4), amount: formatFen(fen) };
  return [
    { ...YEAR_CAP, ...year },
    { ...YEAR_CAP, bucket: 'visits', period: '2026', amount: '1' },
    { ...YEAR_CAP, ...year, scope: 'clinic' as const, bucket: 'clinic-year' },
  ];
}

/** Takes the last settlement back that still stands; asked again after a cut until it is known. */
export function reverseOne(clinic: Clinic, told: Told): void {
  withPower(clinic, (ledger) => {
    const { seq } = told;
    if (seq === null || told.reversed) return;
    const refund = [{ way: 'cash' as const, amount: '11.42' }];
    ledger.reverse({
      operator: 'D',
      request: `back ${told.request}`,
      seq,
      reason: 'r',
      day: ledger.time().day,
      refund,
    });
    told.reversed = true;
  });
}

const checked = new Map<string, boolean>();
/** The same records are looked at again and again; the same signature over the same bytes need not be. */
function remembering(key: VerifyKey): VerifyKey {
  const verify = (message: Uint8Array, signature: Uint8Array) => {
    const name = createHash('sha256').update(key.kid).update(signature).update(message).digest('base64');
    const good = checked.get(name) ?? key.verify(message, signature);
    checked.set(name, good);
    return good;
  };
  return { ...key, verify };
}

/** What must hold of a box whatever has happened to it; in words what does not. */
export function faultsOf(clinic: Clinic, keys: ModelBox['keys'], random: Random): string[] {
  const faults: string[] = [];
  const store = new ModelStore(clinic.disk);
  const vault = createVault(keys.data, random);
  const key = remembering(keys.signing);
  for (const flaw of verifyLedger(store, vault, () => key).flaws) faults.push(`${flaw.code} ${flaw.detail}`);
  for (const told of clinic.told) {
    const there = store.request(vault.request(told.request));
    if (told.seq !== null && there !== told.seq)
      faults.push(`${told.request} was acknowledged at ${told.seq}, is at ${there}`);
    if (told.hash !== null && store.record(told.seq ?? 0)?.hash !== told.hash)
      faults.push(`${told.request} is another record`);
  }
  const settled = clinic.disk.records.filter((row) => row.kind === 'settlement').length;
  const asked = clinic.told.filter((told) => store.request(vault.request(told.request)) !== null).length;
  if (settled !== asked) faults.push(`${settled} settlements for ${asked} requests`);
  faults.push(...totalFaults(clinic));
  return faults;
}

/** Counted without the ledger's own code: what the doctor was told adds up to what the buckets hold. */
function totalFaults({ disk, told, n }: Clinic): string[] {
  if (told.some((it) => it.seq === null)) return []; // some of it is not known yet
  const pending =
    disk.records.filter((row) => row.kind === 'reversal').length !== told.filter((it) => it.reversed).length;
  if (pending) return [];
  const standing = told.filter((it) => !it.reversed);
  const sum = (bucket: string) =>
    [...disk.used.values()].filter((row) => row.bucket === bucket).reduce((all, row) => all + row.amount, 0);
  const money = standing.reduce((all, it) => all + it.fen, 0);
  const wrong: string[] = [];
  if (sum('outpatient-year') !== money)
    wrong.push(`clinic ${n}: persons have used ${sum('outpatient-year')}, not ${money}`);
  if (sum('clinic-year') !== money)
    wrong.push(`clinic ${n}: the budget has used ${sum('clinic-year')}, not ${money}`);
  if (sum('visits') !== standing.length)
    wrong.push(`clinic ${n}: ${sum('visits')} visits, not ${standing.length}`);
  return wrong;
}
