import type { Objection } from '../../sync/contract/messages.ts';
import { isObjectionCode } from '../../sync/objection-codes.ts';
import { type KeyFinder, payloadOf } from '../../sync/record/jws.ts';
import { type BoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import { createObjectionsHeld } from '../../sync/record/objections.ts';
import { createHeadMark } from '../clinic/head-mark.ts';
import { LEDGER_FILE } from '../clinic/state-files.ts';
import { ERRORS, Refusal } from '../errors.ts';
import { createSealer, LedgerError } from '../ledger/index.ts';
import { openSqliteStore } from '../ledger/store/index.ts';
import {
  backupLedger,
  exportLedger,
  type HeldRecord,
  rebuildLedger,
  reconcile,
  replayLedger,
  verifyLedger,
} from '../ledger/tools/index.ts';
import { realRandom } from '../real.ts';
import { openStateDir } from '../state-dir.ts';
import { type OpenedLedger, openLedgerFile, openStoreFile, readExport } from './backup-file.ts';
import { type Command, flag, need, readNamed, text, UsageError, type Values } from './command.ts';
import { restoreCommands } from './ledger-restore.ts';

/** The ledger of a box, or a copy of one with the keys that open it. */
const which = { state: text, from: text, keys: text };
const WHICH = '--state DIR | --from FILE --keys FILE';

function boxOf(values: Values) {
  const state = openStateDir(need(values, 'state'));
  const text = state.read('keys.json');
  if (text === null && state.there('enrolment.json')) throw new Refusal('KEY_MISSING', 'keys.json');
  if (text === null) throw new UsageError('no box has been enrolled in this folder');
  return { state, keys: readBoxKeys(text) };
}

const keyOf =
  ({ signing }: BoxKeys): KeyFinder =>
  (kid) =>
    kid === signing.kid ? signing : undefined;

/** Opens the store for reading beside a running gateway: nothing is created, migrated or written. */
function reading<T>(values: Values, work: (opened: OpenedLedger) => T): T {
  const opened =
    values.from === undefined
      ? ofState(values)
      : openLedgerFile(need(values, 'from'), readNamed(values, 'keys'));
  try {
    return work(opened);
  } finally {
    opened.store.close();
  }
}

function ofState(values: Values): OpenedLedger {
  const { state, keys } = boxOf(values);
  const file = state.path(LEDGER_FILE);
  if (state.size(LEDGER_FILE) === 0) throw new LedgerError('LEDGER_MISSING', file);
  const store = openStoreFile(file);
  const mark = createHeadMark(state, store.meta('ledger') ?? '', () => {});
  const sealer = createSealer(keys.data, realRandom);
  return { store, sealer, keyOf: keyOf(keys), data: keys.data, mark };
}

const verify: Command = {
  takes: WHICH,
  does: 'checks chain, signatures, seals and totals of the ledger',
  options: which,
  run: async (values) =>
    reading(values, ({ store, sealer, keyOf, mark }) => {
      const verdict = verifyLedger(store, sealer, keyOf, mark);
      process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
      return verdict.flaws.length === 0 ? 0 : 1;
    }),
};

const exported: Command = {
  takes: WHICH,
  does: 'writes every record as one line of JSON',
  options: which,
  run: async (values) =>
    reading(values, ({ store, sealer }) => {
      for (const line of exportLedger(store, sealer)) process.stdout.write(`${line}\n`);
      return 0;
    }),
};

const backup: Command = {
  takes: '--state DIR --to FILE|FOLDER',
  does: 'copies the ledger, beside a running gateway, and verifies the copy; replaces only an earlier copy of this ledger',
  options: { state: text, to: text },
  async run(values) {
    const { state, keys } = boxOf(values);
    const sealer = createSealer(keys.data, realRandom);
    const target = need(values, 'to');
    const { file, records, head } = backupLedger(state.path(LEDGER_FILE), target, sealer, keyOf(keys));
    process.stdout.write(`${JSON.stringify({ file, records, head })}\n`);
    return 0;
  },
};

const rebuild: Command = {
  takes: '--state DIR',
  does: 'recomputes the totals from the records; the gateway must not be running',
  options: { state: text },
  async run(values) {
    const { state, keys } = boxOf(values);
    const store = openSqliteStore(state.path(LEDGER_FILE));
    try {
      const records = rebuildLedger(store, createSealer(keys.data, realRandom));
      process.stdout.write(`${JSON.stringify({ records })}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};

const reconciled: Command = {
  takes: `(${WHICH}) --theirs FILE [--also FILE]`,
  does: 'compares the ledger, and an older one exported to a file, with the township’s copies (files from `township export`, concatenated)',
  options: { ...which, theirs: text, also: text },
  run: async (values) =>
    reading(values, ({ store, sealer }) => {
      const also = values.also === undefined ? [] : readExport(values, 'also');
      const ours: HeldRecord[] = [...exportLedger(store, sealer)].map((line) => JSON.parse(line));
      const report = reconcile([...also, ...ours], readExport(values, 'theirs'));
      process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      return report.differing.length + report.onlyTheirs.length === 0 ? 0 : 1;
    }),
};

const replayed: Command = {
  takes: WHICH,
  does: 'prices every settlement again under the bundle of its day and names those that differ by a fen',
  options: which,
  run: async (values) =>
    reading(values, ({ store, sealer }) => {
      const replay = replayLedger(store, sealer);
      process.stdout.write(`${JSON.stringify(replay, null, 2)}\n`);
      return replay.differing.length === 0 ? 0 : 1;
    }),
};

/** One line of JSON for each, as it was signed, with its row of the table of codes. */
const objections: Command = {
  takes: `(${WHICH}) [--all]`,
  does: 'what the township objects to and has not withdrawn (--all: every word of it, withdrawals too)',
  options: { ...which, all: flag },
  run: async (values) =>
    reading(values, ({ store, sealer }) => {
      const signed = store.objections().map((sealed) => sealer.open(sealed));
      const held = createObjectionsHeld();
      for (const jws of signed) held.note(jws);
      const said = values.all === true ? signed.map((jws) => payloadOf<Objection>(jws)) : held.standing();
      for (const { n, seq, code, at, text: why, withdrawn } of said) {
        const known = ERRORS[isObjectionCode(code) ? code : 'OBJECTION_UNKNOWN'];
        const { number, money, doctor, acts } = known;
        const line = { n, seq, code, number, at, text: why, ...(withdrawn ? { withdrawn } : {}) };
        process.stdout.write(`${JSON.stringify({ ...line, money, doctor, acts })}\n`);
      }
      return 0;
    }),
};

export const commands: Record<string, Command> = {
  'ledger verify': verify,
  'ledger export': exported,
  'ledger replay': replayed,
  'ledger backup': backup,
  ...restoreCommands,
  'ledger rebuild': rebuild,
  'ledger reconcile': reconciled,
  'ledger objections': objections,
};
