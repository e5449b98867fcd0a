import type { Bus } from '../sync/bus.ts';
import { type Enrolment, enrolAtTownship } from '../sync/enrol.ts';
import type { Clock, Random } from '../sync/ports.ts';
import { type BoxKeys, makeBoxKeys, readBoxKeys } from '../sync/record/key-file.ts';
import { Refusal } from './errors.ts';
import type { StateDir } from './state-dir.ts';

const KEYS = 'keys.json';
const ENROLMENT = 'enrolment.json';
const ENROL_MS_MAX = 30_000;

/** A box as its township knows it. */
export interface Box {
  keys: BoxKeys;
  /** The id of the ledger the box enrolled with: 32 hex digits. */
  ledger: string;
  enrolment: Enrolment;
}

interface Kept {
  ledger: string;
  enrolment: Enrolment | null;
}

export interface EnrolParts {
  state: StateDir;
  /** The one-time code; not needed once enrolled. */
  code: string | null;
  /** Connects without credentials, for the enrolment only. */
  connect(): Bus;
  random: Random;
  clock: Clock;
}

/**
 * The box's keys and enrolment; enrols with the code when that has not happened yet. Keys and the ledger's id are on disk before
 * anything is sent, so that a box that loses power in between asks again as the same box. Refusal ENROL_CODE_UNKNOWN.
 */
export async function enrolledBox(parts: EnrolParts): Promise<Box> {
  const { state, random } = parts;
  const keyText = state.read(KEYS) ?? makeBoxKeys(random);
  if (state.read(KEYS) === null) state.write(KEYS, keyText);
  const keys = readBoxKeys(keyText);
  const text = state.read(ENROLMENT);
  const kept: Kept = text
    ? JSON.parse(text)
    : { ledger: Buffer.from(random(16)).toString('hex'), enrolment: null };
  if (kept.enrolment) return { keys, ledger: kept.ledger, enrolment: kept.enrolment };
  if (!parts.code) throw new Refusal('ENROL_CODE_UNKNOWN', 'not enrolled, and no code was given');
  state.write(ENROLMENT, JSON.stringify(kept));
  const enrolment = await askTownship(parts, parts.code, keys, kept.ledger);
  state.write(ENROLMENT, JSON.stringify({ ...kept, enrolment }));
  return { keys, ledger: kept.ledger, enrolment };
}

async function askTownship(
  parts: EnrolParts,
  code: string,
  keys: BoxKeys,
  ledger: string,
): Promise<Enrolment> {
  const { random, clock } = parts;
  const bus = parts.connect();
  try {
    const box = { signing: keys.signing, sealing: keys.sealing, ledger };
    return await enrolAtTownship({ bus, code, box, random, clock, timeout_ms: ENROL_MS_MAX });
  } finally {
    await bus.close();
  }
}
