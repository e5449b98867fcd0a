import type { Enrolment } from '../../sync/contract/enrolment.ts';
import { Receipt } from '../../sync/contract/messages.ts';
import { isConfiguration, type LedgerRecord } from '../../sync/contract/record.ts';
import { shapeOf } from '../../sync/contract/shape.ts';
import { keysByKid } from '../../sync/record/dataset.ts';
import { payloadOf, verifyJws } from '../../sync/record/jws.ts';
import { makeBoxKeys, readDataKey } from '../../sync/record/key-file.ts';
import type { Head } from '../../sync/record/record.ts';
import { LEDGER_FILE } from '../clinic/state-files.ts';
import { createLedger, createSealer, LedgerError } from '../ledger/index.ts';
import { restoreLedger, sharedThrough, transferRecords, transferredHashes } from '../ledger/tools/index.ts';
import { realRandom } from '../real.ts';
import { openStateDir, type StateDir } from '../state-dir.ts';
import { type OpenedLedger, openLedgerFile, readExport } from './backup-file.ts';
import { type Command, need, readNamed, text, UsageError, type Values } from './command.ts';
import { codeOptions, enrolmentCode } from './enrolment-code.ts';
import { loadSettings } from './settings.ts';

const KEYS = 'keys.json';
const ENROLMENT = 'enrolment.json';
const asReceipt = shapeOf(Receipt, 'receipt');
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** The township's signed receipt for the old ledger, as it came with the enrolment. */
function receiptFor({ held = [], trust }: Enrolment, ledger: string): { held: Head; receipt: string } | null {
  for (const receipt of held) {
    const { payload } = verifyJws('cyt-receipt+jws', receipt, keysByKid(trust.township));
    const { ledger: of, through, hash } = asReceipt(payload);
    if (of === ledger) return { held: { seq: through, hash }, receipt };
  }
  return null;
}

/** Keys for a new box with the old one's data key; after an interruption, those that exist. LEDGER_THERE. */
function prepareBox(state: StateDir, data: Uint8Array): void {
  const kept = state.read(KEYS);
  if (kept === null && state.there(ENROLMENT))
    throw new LedgerError('LEDGER_THERE', 'an enrolled box’s folder');
  if (kept === null) state.write(KEYS, makeBoxKeys(realRandom, data));
  else if (!readDataKey(kept).equals(data))
    throw new LedgerError('LEDGER_THERE', 'this folder is another box’s');
}

/** The ledger that this one was restored from, when there is one in the folder already. */
function succeededIn(state: StateDir): unknown {
  if (state.size(LEDGER_FILE) === 0) return null;
  const { store, sealer } = openLedgerFile(state.path(LEDGER_FILE), state.read(KEYS) ?? '');
  try {
    const first = payloadOf<LedgerRecord>(sealer.open(store.record(1)?.sealed ?? new Uint8Array()));
    const opened = isConfiguration(first) && first.body.event === 'ledger-opened' ? first.body : null;
    return opened?.succeeds?.ledger ?? 'none';
  } finally {
    store.close();
  }
}

async function restoreFrom(values: Values, old: OpenedLedger, code: string | null): Promise<number> {
  const stateDir = need(values, 'state');
  const state = openStateDir(stateDir);
  const ledger = old.store.meta('ledger') ?? '';
  const there = succeededIn(state);
  if (there === ledger) {
    print({ already: true, succeeds: ledger });
    return 0;
  }
  if (there !== null) throw new LedgerError('LEDGER_THERE', stateDir);
  const settings = loadSettings(need(values, 'settings'), true);
  const townshipCopy =
    values.theirs === undefined ? [] : readExport(values, 'theirs').map(({ jws }) => String(jws));
  prepareBox(state, old.data);
  const { enrolBox, ledgerParts } = await import('../clinic.ts');
  const { broker, enrol } = settings;
  const box = await enrolBox({ stateDir, code, broker, ...(enrol === undefined ? {} : { enrol }) });
  const parts = ledgerParts({ stateDir }, box);
  try {
    const receipt = receiptFor(box.enrolment, ledger) ?? { held: null };
    const restored = restoreLedger({ ...parts, ...receipt, townshipCopy, backup: old });
    const { township, transferred } = restored;
    print({ ledger: restored.ledger.ledger, succeeds: ledger, township, handed_in: transferred });
    return 0;
  } finally {
    parts.store.close();
  }
}

const restore: Command = {
  takes: '--state DIR --settings FILE --code-file FILE --from BACKUP --keys FILE [--theirs FILE]',
  does: 'opens a new ledger that continues the one in BACKUP and transfers what the township does not hold; docs/restore.md',
  options: { state: text, settings: text, ...codeOptions, from: text, keys: text, theirs: text },
  async run(values) {
    const { code } = enrolmentCode(values);
    const old = openLedgerFile(need(values, 'from'), readNamed(values, 'keys'));
    try {
      return await restoreFrom(values, old, code);
    } finally {
      old.store.close();
    }
  },
};

/**
 * The seq to transfer from when it is given by hand: the township has lost data since it signed its receipt.
 */
function afterIn({ after }: Values): number | null {
  if (after === undefined) return null;
  if (!/^\d{1,15}$/.test(String(after))) throw new UsageError('--after is no seq');
  return Number(after);
}

/** For a card or a backup that is found when the new ledger is in use already. */
async function transfer(values: Values, old: OpenedLedger): Promise<number> {
  const stateDir = need(values, 'state');
  const state = openStateDir(stateDir);
  if (state.size(LEDGER_FILE) === 0) throw new UsageError('no ledger in this folder');
  const { enrolBox, ledgerParts } = await import('../clinic.ts');
  const box = await enrolBox({ stateDir, code: null, broker: '' });
  const parts = ledgerParts({ stateDir }, box);
  const ledger = createLedger(parts);
  try {
    const of = old.store.meta('ledger') ?? '';
    if (old.store.meta('clinic') !== ledger.clinic || of === ledger.ledger)
      throw new LedgerError('LEDGER_FOREIGN', 'of another clinic, or this ledger itself');
    const held = receiptFor(box.enrolment, of)?.held ?? null;
    const known = transferredHashes(parts.store, createSealer(box.keys.data, realRandom));
    const after = afterIn(values) ?? sharedThrough(old.store, held);
    const transferred = transferRecords(
      { ...old, after },
      (kind, body) => ledger.append(kind, { ...body }, 'gateway'),
      known,
    );
    print({ ledger: ledger.ledger, of, after, handed_in: transferred });
    return 0;
  } finally {
    ledger.close();
  }
}

const handIn: Command = {
  takes: '--state DIR --from BACKUP --keys FILE [--after SEQ]',
  does: 'transfers what the township may not hold of an older ledger, card or backup; the gateway must not be running',
  options: { state: text, from: text, keys: text, after: text },
  async run(values) {
    const old = openLedgerFile(need(values, 'from'), readNamed(values, 'keys'));
    try {
      return await transfer(values, old);
    } finally {
      old.store.close();
    }
  },
};

export const restoreCommands: Record<string, Command> = {
  'ledger restore': restore,
  'ledger hand-in': handIn,
};
