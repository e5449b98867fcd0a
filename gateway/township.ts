import type { Log } from '../sync/ports.ts';
import { makeTownshipKeys, readRoleKey, readTownshipKeys } from '../sync/record/key-file.ts';
import type { SigningKey } from '../sync/record/keys.ts';
import {
  createTownship,
  openTownshipOffice,
  type Township,
  type TownshipOffice,
  type TownshipOptions,
} from '../sync/township/township.ts';
import { realClock, realRandom } from './real.ts';
import { openStateDir, type StateDir } from './state-dir.ts';

/** The township's program: what is built on the folder it keeps. */

const KEYS = 'keys.json';
const RECOVERY = 'recovery.json';
const INSURER = 'insurer.json';

export interface TownshipFolder {
  stateDir: string;
  /** Of the township; the demo's where they are not given. */
  code?: string;
  name?: string;
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

function partsOf({ stateDir, code, name }: TownshipFolder) {
  const state = openStateDir(stateDir);
  const { keys, insurer } = keysIn(state);
  const options = {
    path: state.path('township.sqlite'),
    township: { code: code ?? 'H14022500100', name: name ?? '浑源县永安镇中心卫生院（演示）' },
    keys,
    trust: { insurer: [insurer.jwk], vendor: [] },
    clock: realClock,
    random: realRandom,
  };
  return { options, insurer };
}

/** In the demo the recovery key and the insurer's lie here too; in production they do not (SECURITY.md). */
function keysIn(state: StateDir) {
  if (state.read(KEYS) === null) {
    const made = makeTownshipKeys(realRandom);
    state.write(RECOVERY, made.recovery);
    state.write(INSURER, made.insurer);
    state.write(KEYS, made.township);
  }
  const insurer = readRoleKey(state.read(INSURER) ?? '', 'insurer');
  return { keys: readTownshipKeys(state.read(KEYS) ?? ''), insurer };
}
