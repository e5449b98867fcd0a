import { readBoxKeys } from '../../sync/record/key-file.ts';
import {
  createVault,
  exportLedger,
  openSqliteStore,
  type Store,
  type Vault,
  verifyLedger,
} from '../ledger/index.ts';
import { realRandom } from '../real.ts';
import { openStateDir } from '../state-dir.ts';
import { type Command, need, text, UsageError, type Values } from './command.ts';

interface Opened {
  store: Store;
  vault: Vault;
  keys: ReturnType<typeof readBoxKeys>;
}

/** Opens the store for reading beside a running gateway: nothing is created, migrated or written. */
function reading<T>(values: Values, work: (opened: Opened) => T): T {
  const state = openStateDir(need(values, 'state'));
  const text = state.read('keys.json');
  if (text === null) throw new UsageError('no box has been enrolled in this folder');
  const keys = readBoxKeys(text);
  const store = openSqliteStore(state.path('ledger.sqlite'), { readOnly: true });
  try {
    return work({ store, keys, vault: createVault(keys.data, realRandom) });
  } finally {
    store.close();
  }
}

const verify: Command = {
  takes: '--state DIR',
  does: 'checks chain, signatures, seals and totals of the ledger',
  options: { state: text },
  run: async (values) =>
    reading(values, ({ store, vault, keys }) => {
      const verdict = verifyLedger(store, vault, (kid) =>
        kid === keys.signing.kid ? keys.signing : undefined,
      );
      process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
      return verdict.flaws.length === 0 ? 0 : 1;
    }),
};

const exported: Command = {
  takes: '--state DIR',
  does: 'writes every record as one line of JSON',
  options: { state: text },
  run: async (values) =>
    reading(values, ({ store, vault }) => {
      for (const line of exportLedger(store, vault)) process.stdout.write(`${line}\n`);
      return 0;
    }),
};

export const commands: Record<string, Command> = { 'ledger verify': verify, 'ledger export': exported };
