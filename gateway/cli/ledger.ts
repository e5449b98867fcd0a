import { readFileSync } from 'node:fs';
import type { KeyFinder } from '../../sync/record/jws.ts';
import { readBoxKeys } from '../../sync/record/key-file.ts';
import {
  backupLedger,
  createVault,
  exportLedger,
  type HeldRecord,
  openSqliteStore,
  rebuildLedger,
  reconcile,
  replayLedger,
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

function boxOf(values: Values) {
  const state = openStateDir(need(values, 'state'));
  const text = state.read('keys.json');
  if (text === null) throw new UsageError('no box has been enrolled in this folder');
  return { state, keys: readBoxKeys(text) };
}

const keyOf =
  ({ signing }: Opened['keys']): KeyFinder =>
  (kid) =>
    kid === signing.kid ? signing : undefined;

/** Opens the store for reading beside a running gateway: nothing is created, migrated or written. */
function reading<T>(values: Values, work: (opened: Opened) => T): T {
  const { state, keys } = boxOf(values);
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
      const verdict = verifyLedger(store, vault, keyOf(keys));
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

const backup: Command = {
  takes: '--state DIR --to FILE',
  does: 'copies the ledger, beside a running gateway, and verifies the copy',
  options: { state: text, to: text },
  async run(values) {
    const { state, keys } = boxOf(values);
    const vault = createVault(keys.data, realRandom);
    const target = need(values, 'to');
    const { records, head } = backupLedger(state.path('ledger.sqlite'), target, vault, keyOf(keys));
    process.stdout.write(`${JSON.stringify({ file: target, records, head })}\n`);
    return 0;
  },
};

const rebuild: Command = {
  takes: '--state DIR',
  does: 'makes the totals anew from the records; the gateway must not be running',
  options: { state: text },
  async run(values) {
    const { state, keys } = boxOf(values);
    const store = openSqliteStore(state.path('ledger.sqlite'));
    try {
      const records = rebuildLedger(store, createVault(keys.data, realRandom));
      process.stdout.write(`${JSON.stringify({ records })}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};

const recordsOf = (lines: Iterable<string>): HeldRecord[] => [...lines].map((line) => JSON.parse(line));

const reconciled: Command = {
  takes: '--state DIR --theirs FILE',
  does: 'holds the ledger against the township’s copy of it (a file from `township export`)',
  options: { state: text, theirs: text },
  run: async (values) =>
    reading(values, ({ store, vault }) => {
      const theirs = readFileSync(need(values, 'theirs'), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      const report = reconcile(recordsOf(exportLedger(store, vault)), recordsOf(theirs));
      process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      return report.differing.length + report.onlyTheirs.length === 0 ? 0 : 1;
    }),
};

const replayed: Command = {
  takes: '--state DIR',
  does: 'prices every settlement again under the bundle of its day: the same fen, or it is named',
  options: { state: text },
  run: async (values) =>
    reading(values, ({ store, vault }) => {
      const replay = replayLedger(store, vault);
      process.stdout.write(`${JSON.stringify(replay, null, 2)}\n`);
      return replay.differing.length === 0 ? 0 : 1;
    }),
};

export const commands: Record<string, Command> = {
  'ledger verify': verify,
  'ledger export': exported,
  'ledger replay': replayed,
  'ledger backup': backup,
  'ledger rebuild': rebuild,
  'ledger reconcile': reconciled,
};
