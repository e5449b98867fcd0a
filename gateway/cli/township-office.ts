import { makeTownshipKeys, readRoleKey, readTownshipKeys } from '../../sync/record/key-file.ts';
import { mosquittoLists } from '../../sync/township/broker/mosquitto.ts';
import type { BrokerAccess } from '../../sync/township/enrol/access.ts';
import { openTownshipOffice } from '../../sync/township/township.ts';
import { realClock, realRandom } from '../real.ts';
import { openStateDir, type StateDir } from '../state-dir.ts';
import { need, type Values } from './command.ts';

const KEYS = 'keys.json';
const RECOVERY = 'recovery.json';
const INSURER = 'insurer.json';

/**
 * The township's folder: keys at the first start, then the database. In the demo the recovery key and the insurer's lie here too;
 * in earnest they do not (SECURITY.md).
 */
function townshipKeys(state: StateDir) {
  if (state.read(KEYS) === null) {
    const made = makeTownshipKeys(realRandom);
    state.write(RECOVERY, made.recovery);
    state.write(INSURER, made.insurer);
    state.write(KEYS, made.township);
  }
  const insurer = readRoleKey(state.read(INSURER) ?? '', 'insurer');
  return { keys: readTownshipKeys(state.read(KEYS) ?? ''), insurer };
}

/** All that running a township, or working at its counter, takes. */
export function officeParts(values: Values) {
  const state = openStateDir(need(values, 'state'));
  const { keys, insurer } = townshipKeys(state);
  return {
    insurer,
    options: {
      path: state.path('township.sqlite'),
      township: {
        code: textOr(values.code, 'H14022500100'),
        name: textOr(values.name, '浑源县永安镇中心卫生院（演示）'),
      },
      keys,
      trust: { insurer: [insurer.jwk], vendor: [] },
      clock: realClock,
      random: realRandom,
    },
  };
}

const textOr = (value: Values[string], otherwise: string) => (typeof value === 'string' ? value : otherwise);

/** Where Mosquitto's files are, once there are any. */
export const MOSQUITTO = 'mosquitto.json';

/** A code, or a revocation, that Mosquitto does not know of is none. */
function refreshMosquitto(state: StateDir, access: BrokerAccess): void {
  const known = state.read(MOSQUITTO);
  if (known === null) return;
  const { dir } = JSON.parse(known) as { dir: string };
  const files = openStateDir(dir, 'group');
  const lists = mosquittoLists(access, new Date(realClock.now()).toISOString());
  const changed = Object.entries(lists).filter(([name, text]) => files.read(name) !== text);
  for (const [name, text] of changed) files.write(name, text);
  if (changed.length > 0)
    process.stderr.write(`${dir} has changed: let Mosquitto read it (systemctl reload mosquitto)\n`);
}

/** Works at the counter beside a running township. */
export async function atCounter<T>(
  values: Values,
  work: (
    office: ReturnType<typeof openTownshipOffice>,
    parts: ReturnType<typeof officeParts>,
  ) => T | Promise<T>,
): Promise<T> {
  const parts = officeParts(values);
  const office = openTownshipOffice(parts.options);
  try {
    const result = await work(office, parts);
    refreshMosquitto(openStateDir(need(values, 'state')), office.access);
    return result;
  } finally {
    office.close();
  }
}
