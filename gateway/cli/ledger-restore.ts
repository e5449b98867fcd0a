import type { Enrolment } from '../../sync/contract/enrolment.ts';
import { Receipt } from '../../sync/contract/messages.ts';
import { shapeOf } from '../../sync/contract/shape.ts';
import { keysByKid } from '../../sync/record/dataset.ts';
import { payloadOf, verifyJws } from '../../sync/record/jws.ts';
import { makeBoxKeys, readDataKey } from '../../sync/record/key-file.ts';
import type { Head, LedgerRecord } from '../../sync/record/record.ts';
import { createLedger, createSealer, LedgerError } from '../ledger/index.ts';
import { handedInHashes, handInAll, restoreLedger, sharedThrough } from '../ledger/tools/index.ts';
import { realRandom } from '../real.ts';
import { openStateDir, type StateDir } from '../state-dir.ts';
import { type OpenedLedger, openLedgerFile } from './backup-file.ts';
import { type Command, need, readNamed, text, UsageError, type Values } from './command.ts';
import type { Settings } from './gateway.ts';

const KEYS = 'keys.json';
const LEDGER = 'ledger.sqlite';
const asReceipt = shapeOf<Receipt>(Receipt, 'receipt');
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** The township's word on the old ledger, as it came with the enrolment. */
function wordOn({ held = [], trust }: Enrolment, ledger: string): { held: Head; word: string } | null {
  for (const word of held) {
    const { payload } = verifyJws('cyt-receipt+jws', word, keysByKid(trust.township));
    const { ledger: of, through, hash } = asReceipt(payload);
    if (of === ledger) return { held: { seq: through, hash }, word };
  }
  return null;
}

/** A folder for a new box that has the old one's data key. Run again after an interruption, it goes on with the same box. */
function newBox(state: StateDir, data: Uint8Array): void {
  const kept = state.read(KEYS);
  if (kept === null) state.write(KEYS, makeBoxKeys(realRandom, data));
  else if (!readDataKey(kept).equals(data))
    throw new LedgerError('LEDGER_THERE', 'another box lives in this folder');
}

/** The ledger that this one was restored from, when there is one in the folder already. */
function succeededIn(state: StateDir): unknown {
  if (state.read(LEDGER) === null) return null;
  const { store, sealer } = openLedgerFile(state.path(LEDGER), state.read(KEYS) ?? '');
  try {
    const { body } = payloadOf<LedgerRecord>(sealer.open(store.record(1)?.sealed ?? new Uint8Array()));
    return (body.succeeds as { ledger?: string } | undefined)?.ledger ?? 'none';
  } finally {
    store.close();
  }
}

/** The signed records in a file from `township export`. */
function signedIn(copy: string): string[] {
  try {
    const lines = copy.split('\n').filter((line) => line !== '');
    return lines.map((line) => String(JSON.parse(line).jws));
  } catch {
    throw new UsageError('--theirs is no file from `township export`');
  }
}

async function restoreFrom(values: Values, old: OpenedLedger): Promise<number> {
  const stateDir = need(values, 'state');
  const state = openStateDir(stateDir);
  const ledger = old.store.meta('ledger') ?? '';
  const there = succeededIn(state);
  if (there === ledger) {
    print({ already: true, succeeds: ledger });
    return 0;
  }
  if (there !== null) throw new LedgerError('LEDGER_THERE', stateDir);
  const theirs = values.theirs === undefined ? [] : signedIn(readNamed(values, 'theirs'));
  newBox(state, old.data);
  const settings: Settings = JSON.parse(readNamed(values, 'settings'));
  const { enrolBox, ledgerParts } = await import('../clinic.ts');
  const { broker, enrol } = settings;
  const code = typeof values.code === 'string' ? values.code : null;
  const box = await enrolBox({ stateDir, code, broker, ...(enrol === undefined ? {} : { enrol }) });
  const parts = ledgerParts({ stateDir }, box);
  try {
    const word = wordOn(box.enrolment, ledger) ?? { held: null };
    const { ledger: opened, township, handedIn } = restoreLedger({ ...parts, ...word, theirs, backup: old });
    print({ ledger: opened.ledger, succeeds: ledger, township, handed_in: handedIn });
    return 0;
  } finally {
    parts.store.close();
  }
}

const restore: Command = {
  takes: '--state DIR --settings FILE --code CODE --from BACKUP --keys FILE [--theirs FILE]',
  does: 'opens a new ledger that goes on where BACKUP ends and hands in what the township does not hold; docs/restore.md',
  options: { state: text, settings: text, code: text, from: text, keys: text, theirs: text },
  async run(values) {
    const old = openLedgerFile(need(values, 'from'), readNamed(values, 'keys'));
    try {
      return await restoreFrom(values, old);
    } finally {
      old.store.close();
    }
  },
};

/** From a seq that somebody names: the township itself has lost data since it gave its word. */
function afterIn({ after }: Values): number | null {
  if (after === undefined) return null;
  if (!/^\d{1,15}$/.test(String(after))) throw new UsageError('--after is no seq');
  return Number(after);
}

/** For a card or a backup that turns up when the new ledger is at work already. */
async function handIn(values: Values, old: OpenedLedger): Promise<number> {
  const stateDir = need(values, 'state');
  const state = openStateDir(stateDir);
  if (state.read(LEDGER) === null) throw new UsageError('no ledger in this folder');
  const { enrolBox, ledgerParts } = await import('../clinic.ts');
  const box = await enrolBox({ stateDir, code: null, broker: '' });
  const parts = ledgerParts({ stateDir }, box);
  const ledger = createLedger(parts);
  try {
    const of = old.store.meta('ledger') ?? '';
    if (old.store.meta('clinic') !== ledger.clinic || of === ledger.ledger)
      throw new LedgerError('LEDGER_FOREIGN', 'of another clinic, or this ledger itself');
    const word = wordOn(box.enrolment, of)?.held ?? null;
    const known = handedInHashes(parts.store, createSealer(box.keys.data, realRandom));
    const after = afterIn(values) ?? sharedThrough(old.store, word);
    const add = (kind: string, body: object) =>
      void ledger.append(kind as 'handed-in', { ...body }, 'gateway');
    print({ ledger: ledger.ledger, of, after, handed_in: handInAll({ ...old, after }, add, known) });
    return 0;
  } finally {
    ledger.close();
  }
}

const handedIn: Command = {
  takes: '--state DIR --from BACKUP --keys FILE [--after SEQ]',
  does: 'hands in what the township may not hold of an older ledger, card or backup; the gateway must not be running',
  options: { state: text, from: text, keys: text, after: text },
  async run(values) {
    const old = openLedgerFile(need(values, 'from'), readNamed(values, 'keys'));
    try {
      return await handIn(values, old);
    } finally {
      old.store.close();
    }
  },
};

export const restoreCommands: Record<string, Command> = {
  'ledger restore': restore,
  'ledger hand-in': handedIn,
};
