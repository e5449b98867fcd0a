import { SyncError } from '../sync/errors.ts';
import type { Log } from '../sync/ports.ts';
import { makeTownshipKeys, readRoleKey, readTownshipKeys } from '../sync/record/key-file.ts';
import type { SigningKey } from '../sync/record/keys.ts';
import { openTownshipStore } from '../sync/township/store/sqlite/store.ts';
import {
  createTownship,
  openTownshipOffice,
  type Township,
  type TownshipOffice,
  type TownshipOptions,
} from '../sync/township/township.ts';
import { realClock, realMachine, realRandom } from './real.ts';
import { openStateDir, type StateDir } from './state-dir.ts';

/** The township's program: what is built on the folder it keeps. */

const KEYS = 'keys.json';
const RECOVERY = 'recovery.json';
const INSURER = 'insurer.json';
const DATABASE = 'township.sqlite';

export interface TownshipFolder {
  stateDir: string;
  /** Of the township; the demo's where they are not given. */
  code?: string;
  name?: string;
  /** The day that the operator says it is. */
  today?: string;
  /** Begins with an empty database under the keys that are there: what was in the old one is lost. */
  emptyDatabase?: boolean;
}

/** Whose signature a dataset needs. */
export interface Signers {
  township: SigningKey;
  insurer: SigningKey;
}

/** A running township: receiver, database, and a broker unless it logs in to one. */
export function startTownship(
  folder: TownshipFolder,
  outside: { log: Log; broker: TownshipOptions['broker'] },
): Promise<Township> {
  return createTownship({ ...partsOf(folder).options, ...outside });
}

/** The office, beside a running township or without one. Makes keys in an empty folder. */
export function openTownship(folder: TownshipFolder): { office: TownshipOffice; signers: Signers } {
  const { options, insurer } = partsOf(folder);
  return { office: openTownshipOffice(options), signers: { township: options.keys.signing, insurer } };
}

function partsOf({ stateDir, code, name, today, emptyDatabase = false }: TownshipFolder) {
  const state = openStateDir(stateDir);
  const { keys, insurer } = keysIn(state, emptyDatabase);
  const options = {
    path: state.path(DATABASE),
    township: { code: code ?? 'H14022500100', name: name ?? '浑源县永安镇中心卫生院（演示）' },
    keys,
    trust: { insurer: [insurer.jwk], vendor: [] },
    clock: realClock,
    uptime: realMachine.uptime,
    ...(today === undefined ? {} : { today }),
    random: realRandom,
  };
  return { options, insurer };
}

/**
 * In the demo the recovery key and the insurer's lie here too; in production they do not (SECURITY.md). Keys
 * are written last, after the database is there: either of them alone is what is left of a township.
 * KEY_MISSING, TOWNSHIP_MISSING.
 */
function keysIn(state: StateDir, emptyDatabase: boolean) {
  const isNew = !state.there(KEYS) && state.size(DATABASE) === 0;
  if (isNew) makeKeys(state);
  const insurer = readRoleKey(keyText(state, INSURER), 'insurer');
  const keys = readTownshipKeys(keyText(state, KEYS));
  if (state.size(DATABASE) === 0 && !emptyDatabase)
    throw new SyncError('TOWNSHIP_MISSING', state.path(DATABASE));
  return { keys, insurer };
}

function makeKeys(state: StateDir): void {
  const made = makeTownshipKeys(realRandom);
  state.write(RECOVERY, made.recovery);
  state.write(INSURER, made.insurer);
  openTownshipStore(state.path(DATABASE)).close();
  state.write(KEYS, made.township);
}

function keyText(state: StateDir, name: string): string {
  const text = state.read(name);
  if (text === null) throw new SyncError('KEY_MISSING', name);
  return text;
}
