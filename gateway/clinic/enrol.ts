import Type, { type Static } from 'typebox';
import type { Bus } from '../../sync/bus/port.ts';
import {
  type BoxCertificate,
  createBoxCertificate,
  makeTlsKey,
  publicTlsKey,
} from '../../sync/clinic/certificate.ts';
import { enrolAtTownship } from '../../sync/clinic/enrol.ts';
import { enrolLogin } from '../../sync/clinic/login.ts';
import { Enrolment } from '../../sync/contract/enrolment.ts';
import { LedgerId } from '../../sync/contract/ids.ts';
import { nullable, open } from '../../sync/contract/schema.ts';
import { shapeOf } from '../../sync/contract/shape.ts';
import { boxName } from '../../sync/contract/topics.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Clock, Random } from '../../sync/ports.ts';
import { type BoxKeys, makeBoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import { Refusal } from '../errors.ts';
import { known } from '../known.ts';
import { createSealer, examineLedger, LedgerError } from '../ledger/index.ts';
import type { StateDir } from '../state-dir.ts';
import { HEAD_FILE, LEDGER_FILE, notBegun } from './state-files.ts';

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
const Stored = open({
  ledger: LedgerId,
  enrolment: nullable(Enrolment),
  /** The client id under which the last code was answered; not the code. */
  door: Type.Optional(Type.String()),
});
type Stored = Static<typeof Stored>;
type Enrolled = Stored & { enrolment: Enrolment };

const asStored = shapeOf(Stored, 'file of an enrolment', 'ENROLMENT_BROKEN');

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
 * Nothing is made in place of what an earlier start has made: NOT_ENROLLED, ENROLMENT_MISSING,
 * ENROLMENT_BROKEN, KEY_MISSING, KEY_FILE_BROKEN, LEDGER_MISSING and what else is wrong with the ledger's
 * file come before anything is written or sent.
 */
export async function enrolledBox(parts: EnrolParts): Promise<Box> {
  const { state, random } = parts;
  const there = storedIn(state);
  if (there === null && parts.code === null) throw new Refusal('NOT_ENROLLED');
  const keysText = keyText(state, KEYS, there === null ? () => makeBoxKeys(random) : null);
  const keys = readBoxKeys(keysText);
  const keyPem = keyText(state, TLS_KEY, there === null ? () => makeTlsKey(random) : null);
  const tls = publicTlsKey(keyPem);
  if (there !== null && isEnrolled(there)) checkLedgerFile(state, there.ledger, keys, random);
  const before = there ?? { ledger: newLedgerId(random), enrolment: null };
  const ask: AskTownship = (code, timeout_ms) =>
    askTownship(parts, { code, timeout_ms, keys, tls, ledger: before.ledger });
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

type AskTownship = (
  code: string,
  timeout_ms: number,
) => Promise<Required<Pick<Enrolled, 'enrolment' | 'door'>>>;

const isEnrolled = (stored: Stored): stored is Enrolled => stored.enrolment !== null;

const newLedgerId = (random: Random) => Buffer.from(random(16)).toString('hex') as LedgerId;

/** Null when this box has never asked to be enrolled. */
function storedIn(state: StateDir): Stored | null {
  const text = state.read(ENROLMENT);
  if (text !== null) return asStored(jsonOf(text));
  const earlier = [ENROLMENT, LEDGER_FILE, HEAD_FILE].find(state.there);
  if (earlier !== undefined) throw new Refusal('ENROLMENT_MISSING', `but ${earlier} is there`);
  return null;
}

/**
 * A ledger that should be there and is not, or is damaged at its end, stops an enrolled box. LEDGER_MISSING
 * and what `examineLedger` throws.
 */
function checkLedgerFile(state: StateDir, ledger: LedgerId, keys: BoxKeys, random: Random): void {
  const file = state.path(LEDGER_FILE);
  if (state.size(LEDGER_FILE) > 0) examineLedger(file, ledger, createSealer(keys.data, random));
  else if (state.read(HEAD_FILE) !== notBegun(ledger)) throw new LedgerError('LEDGER_MISSING', file);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('ENROLMENT_BROKEN', 'no JSON'); // the parser's text would quote the file
  }
}

/** The text of a key file. `make`: of a new one; null once the box has asked to be enrolled with the old. */
function keyText(state: StateDir, name: string, make: (() => string) | null): string {
  const text = state.read(name);
  if (text !== null) return text;
  if (make === null) throw new Refusal('KEY_MISSING', name);
  const made = make();
  try {
    state.write(name, made);
  } catch (cause) {
    // A link to a medium that is absent.
    throw state.there(name) ? new Refusal('KEY_MISSING', name, { cause }) : cause;
  }
  return made;
}

async function enrol({ state, code }: EnrolParts, before: Stored, ask: AskTownship): Promise<Enrolled> {
  if (code === null) throw new Refusal('NOT_ENROLLED', 'asked before, and not answered');
  state.write(ENROLMENT, JSON.stringify(before));
  state.write(HEAD_FILE, notBegun(before.ledger));
  const stored = { ledger: before.ledger, ...(await ask(code, ENROL_MS_MAX)) };
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
  tls: ReturnType<typeof publicTlsKey>;
  ledger: LedgerId;
}

async function askTownship(
  { connect, random, clock }: EnrolParts,
  { code, timeout_ms, keys, tls, ledger }: Question,
): ReturnType<AskTownship> {
  const login = enrolLogin(code);
  const bus = connect(login);
  try {
    const box = { signing: keys.signing, sealing: keys.sealing, ledger, tls };
    const enrolment = await enrolAtTownship({ bus, code, box, random, clock, timeout_ms });
    return { enrolment, door: login.clientId };
  } finally {
    await bus.close();
  }
}
