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
import type { LedgerId } from '../../sync/contract/ids.ts';
import { boxName } from '../../sync/contract/topics.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Clock, Random } from '../../sync/ports.ts';
import { type BoxKeys, makeBoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import { Refusal } from '../errors.ts';
import { known } from '../known.ts';
import type { StateDir } from '../state-dir.ts';

const KEYS = 'keys.json';
const TLS_KEY = 'tls.key';
const ENROLMENT = 'enrolment.json';
const ENROL_MS_MAX = 30_000;
/** A box that works already does not keep the doctor waiting for long. */
const RENEW_MS_MAX = 10_000;

/** A box as its township knows it. */
export interface Box {
  keys: BoxKeys;
  /** The id of the ledger the box enrolled with: 32 hex digits. */
  ledger: LedgerId;
  enrolment: Enrolment;
  certificate: BoxCertificate;
}

/** What enrolment.json holds. */
interface Stored {
  ledger: LedgerId;
  enrolment: Enrolment | null;
  /** The client id under which the last code was answered; not the code. */
  door?: string;
}

type Enrolled = Stored & { enrolment: Enrolment };

interface EnrolParts {
  state: StateDir;
  /** The one-time code. Once enrolled it is not needed; another one then brings a new certificate. */
  code: string | null;
  /** Connects to the broker's enrolment listener. */
  connect(login: ReturnType<typeof enrolLogin>): Bus;
  random: Random;
  clock: Clock;
}

/**
 * The box's keys and enrolment; enrols with the code when that has not happened yet. Keys and the ledger's id
 * are on disk before anything is sent, so that a box that loses power in between asks again as the same box.
 * Refusal ENROL_CODE_UNKNOWN.
 */
export async function enrolledBox(parts: EnrolParts): Promise<Box> {
  const { state, random } = parts;
  const keys = readBoxKeys(madeOnce(state, KEYS, () => makeBoxKeys(random)));
  const keyPem = madeOnce(state, TLS_KEY, () => makeTlsKey(random));
  const text = state.read(ENROLMENT);
  const before: Stored = text
    ? JSON.parse(text)
    : { ledger: Buffer.from(random(16)).toString('hex'), enrolment: null };
  const ask: AskTownship = (code, timeout_ms) =>
    askTownship(parts, { code, timeout_ms, keys, keyPem, ledger: before.ledger });
  let stored = isEnrolled(before) ? await renew(parts, before, ask) : await enrol(parts, before, ask);
  const { ledger, enrolment } = stored;
  const certificate = createBoxCertificate({
    keyPem,
    user: boxName(enrolment.clinic.fixmedins_code, ledger),
    kept: () => stored.enrolment.tls,
    keep(tls) {
      stored = { ...stored, enrolment: { ...stored.enrolment, tls } };
      state.write(ENROLMENT, JSON.stringify(stored));
    },
  });
  return { keys, ledger, enrolment, certificate };
}

type AskTownship = (code: string, timeout_ms: number) => Promise<Required<Enrolled>>;

const isEnrolled = (stored: Stored): stored is Enrolled => stored.enrolment !== null;

function madeOnce(state: StateDir, name: string, make: () => string): string {
  const text = state.read(name) ?? make();
  if (state.read(name) === null) state.write(name, text);
  return text;
}

async function enrol({ state, code }: EnrolParts, before: Stored, ask: AskTownship): Promise<Enrolled> {
  if (!code) throw new Refusal('ENROL_CODE_UNKNOWN', 'not enrolled, and no code was given');
  state.write(ENROLMENT, JSON.stringify(before));
  const stored = await ask(code, ENROL_MS_MAX);
  state.write(ENROLMENT, JSON.stringify(stored));
  return stored;
}

/**
 * Another code brings a new certificate, password and admission of the same township to the same box. Without
 * an answer everything stays as it is.
 */
async function renew({ state, code }: EnrolParts, before: Enrolled, ask: AskTownship): Promise<Enrolled> {
  try {
    if (!code || enrolLogin(code).clientId === before.door) return before;
    const { enrolment, door } = await ask(code, RENEW_MS_MAX);
    if (!sameTownship(before.enrolment, enrolment)) return before;
    const { mqtt, tls, admission } = enrolment;
    const fresh = { mqtt, ...known({ tls, admission }) };
    const stored: Enrolled = { ...before, door, enrolment: { ...before.enrolment, ...fresh } };
    state.write(ENROLMENT, JSON.stringify(stored));
    return stored;
  } catch (error) {
    if (error instanceof SyncError) return before;
    throw error;
  }
}

/** The ledger's first record names township and clinic: they stay what they were. */
const sameTownship = (one: Enrolment, other: Enrolment) =>
  one.township.sealing === other.township.sealing &&
  one.clinic.fixmedins_code === other.clinic.fixmedins_code;

interface Question {
  code: string;
  timeout_ms: number;
  keys: BoxKeys;
  keyPem: string;
  ledger: LedgerId;
}

async function askTownship(
  { connect, random, clock }: EnrolParts,
  { code, timeout_ms, keys, keyPem, ledger }: Question,
): Promise<Required<Enrolled>> {
  const login = enrolLogin(code);
  const bus = connect(login);
  try {
    const box = { signing: keys.signing, sealing: keys.sealing, ledger, tls: publicTlsKey(keyPem) };
    const enrolment = await enrolAtTownship({ bus, code, box, random, clock, timeout_ms });
    return { ledger, enrolment, door: login.clientId };
  } finally {
    await bus.close();
  }
}
