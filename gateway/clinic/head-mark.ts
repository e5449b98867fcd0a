import { LedgerId, Seq, Sha256 } from '../../sync/contract/ids.ts';
import { open } from '../../sync/contract/schema.ts';
import { shapeOf } from '../../sync/contract/shape.ts';
import type { Head } from '../../sync/record/record.ts';
import { type HeadMark, LedgerError } from '../ledger/index.ts';
import type { StateDir } from '../state-dir.ts';
import { HEAD_FILE, headText } from './state-files.ts';

const asMark = shapeOf(open({ ledger: LedgerId, seq: Seq, hash: Sha256 }), 'mark of a head');

/**
 * The mark of a box's ledger: a small file beside it, written whole after a receipt, without holding up what
 * goes on; of many at once only the last is written.
 */
export function createHeadMark(
  state: Pick<StateDir, 'read' | 'writeAside'>,
  ledger: LedgerId,
  failed: (error: unknown) => void,
): HeadMark & { idle(): Promise<void> } {
  let wanted: Head | null = null;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    for (let head = wanted; head !== null; head = wanted) {
      wanted = null;
      await state.writeAside(HEAD_FILE, headText(ledger, head)).catch(failed);
    }
    writing = null;
  }

  return {
    /** Resolves when nothing is left to write. */
    idle: async () => void (await writing),
    read() {
      const text = state.read(HEAD_FILE);
      if (text === null) return null;
      const mark = markIn(text);
      if (mark !== null && mark.ledger !== ledger)
        throw new LedgerError('LEDGER_FOREIGN', `${HEAD_FILE} is of another ledger`);
      return mark === null ? 'unreadable' : { seq: mark.seq, hash: mark.hash };
    },
    keep(head) {
      wanted = head;
      writing ??= write();
    },
  };
}

function markIn(text: string) {
  try {
    return asMark(JSON.parse(text));
  } catch {
    return null;
  }
}
