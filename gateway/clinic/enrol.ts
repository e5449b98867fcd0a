import type { Bus } from '../../sync/bus/port.ts';
import {
  type BoxCertificate,
  createBoxCertificate,
  makeTlsKey,
  publicTlsKey,
} from '../../sync/clinic/certificate.ts';
import { enrolAtTownship } from '../../sync/clinic/enrol.ts';
import { enrolLogin } from '../../sync/clinic/login.ts';
import type { Enrolment } from '../../sync/contract/enrolment.ts';
import { boxName } from '../../sync/contract/topics.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Clock, Random } from '../../sync/ports.ts';
import { type BoxKeys, makeBoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import { Refusal } from '../errors.ts';
import type { StateDir } from '../state-dir.ts';

const KEYS = 'keys.json';
const TLS_KEY = 'tls.key';
const ENROLMENT = 'enrolment.json';
const ENROL_MS_MAX = 30_000;
/** A box that works already does not keep the doctor waiting for long. */
const AGAIN_MS_MAX = 10_000;

/** A box as its township knows it. */
export interface Box {
  keys: BoxKeys;
  /** The id of the ledger the box enrolled with: 32 hex digits. */
  ledger: string;
  enrolment: Enrolment;
  certificate: BoxCertificate;
}

interface Kept {
  ledger: string;
  enrolment: Enrolment | null;
  /** The client id under which the last code was answered; not the code. */
  door?: string;
}

type Enrolled = Kept & { enrolment: Enrolment };

export interface EnrolParts {
  state: StateDir;
  /** The one-time code. Once enrolled it is not needed; another one then brings a new certificate. */
  code: string | null;
  /** Comes to the broker's enrolment door. */
  connect(login: ReturnType<typeof enrolLogin>): Bus;
  random: Random;
  clock: Clock;
}

/**
 * The box's keys and enrolment; enrols with the code when that has not happened yet. Keys and the ledger's id are on disk before
 * anything is sent, so that a box that loses power in between asks again as the same box. Refusal ENROL_CODE_UNKNOWN.
 */
export async function enrolledBox(parts: EnrolParts): Promise<Box> {
  const { state, random } = parts;
  const keys = readBoxKeys(madeOnce(state, KEYS, () => makeBoxKeys(random)));
  const keyPem = madeOnce(state, TLS_KEY, () => makeTlsKey(random));
  const text = state.read(ENROLMENT);
  const before: Kept = text
    ? JSON.parse(text)
    : { ledger: Buffer.from(random(16)).toString('hex'), enrolment: null };
  const ask = (code: string, ms: number) => askTownship(parts, code, keys, keyPem, before.ledger, ms);
  let kept = isEnrolled(before) ? await again(parts, before, ask) : await first(parts, before, ask);
  const { ledger, enrolment } = kept;
  const certificate = createBoxCertificate({
    keyPem,
    user: boxName(enrolment.clinic.fixmedins_code, ledger),
    kept: () => kept.enrolment.tls,
    keep(tls) {
      kept = { ...kept, enrolment: { ...kept.enrolment, tls } };
      state.write(ENROLMENT, JSON.stringify(kept));
    },
  });
  return { keys, ledger, enrolment, certificate };
}

type AskFor = (code: string, ms: number) => Promise<Required<Enrolled>>;

const isEnrolled = (kept: Kept): kept is Enrolled => kept.enrolment !== null;

function madeOnce(state: StateDir, name: string, make: () => string): string {
  const text = state.read(name) ?? make();
  if (state.read(name) === null) state.write(name, text);
  return text;
}

async function first({ state, code }: EnrolParts, before: Kept, ask: AskFor): Promise<Enrolled> {
  if (!code) throw new Refusal('ENROL_CODE_UNKNOWN', 'not enrolled, and no code was given');
  state.write(ENROLMENT, JSON.stringify(before));
  const kept = await ask(code, ENROL_MS_MAX);
  state.write(ENROLMENT, JSON.stringify(kept));
  return kept;
}

/** Another code brings a new certificate, password and word of the same township to the same box; without an answer all stays as it is. */
async function again({ state, code }: EnrolParts, before: Enrolled, ask: AskFor): Promise<Enrolled> {
  try {
    if (!code || enrolLogin(code).clientId === before.door) return before;
    const { enrolment, door } = await ask(code, AGAIN_MS_MAX);
    if (!sameTownship(before.enrolment, enrolment)) return before;
    const { mqtt, tls, admission } = enrolment;
    const fresh = { mqtt, ...(tls ? { tls } : {}), ...(admission ? { admission } : {}) };
    const kept: Enrolled = { ...before, door, enrolment: { ...before.enrolment, ...fresh } };
    state.write(ENROLMENT, JSON.stringify(kept));
    return kept;
  } catch (error) {
    if (error instanceof SyncError) return before;
    throw error;
  }
}

/** The ledger's first record names township and clinic: they stay what they were. */
const sameTownship = (one: Enrolment, other: Enrolment) =>
  one.township.sealing === other.township.sealing &&
  one.clinic.fixmedins_code === other.clinic.fixmedins_code;

async function askTownship(
  parts: EnrolParts,
  code: string,
  keys: BoxKeys,
  keyPem: string,
  ledger: string,
  timeout_ms: number,
): Promise<Required<Enrolled>> {
  const { random, clock } = parts;
  const login = enrolLogin(code);
  const bus = parts.connect(login);
  try {
    const box = { signing: keys.signing, sealing: keys.sealing, ledger, tls: publicTlsKey(keyPem) };
    const enrolment = await enrolAtTownship({ bus, code, box, random, clock, timeout_ms });
    return { ledger, enrolment, door: login.clientId };
  } finally {
    await bus.close();
  }
}
