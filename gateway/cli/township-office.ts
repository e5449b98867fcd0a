import { makeTownshipKeys, readRoleKey, readTownshipKeys } from '../../sync/record/key-file.ts';
import { openTownshipOffice } from '../../sync/township/main.ts';
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
    return await work(office, parts);
  } finally {
    office.close();
  }
}
