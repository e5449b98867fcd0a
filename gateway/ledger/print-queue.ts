import { unlessFull } from './disk.ts';
import { LedgerError } from './errors.ts';
import type { PrintQueue } from './interfaces.ts';
import type { PrintRow, Store } from './store/index.ts';
import type { PrintJob, PrintState } from './types.ts';

/** The states a job may go to from each state. What was printed stays printed. */
const STEPS: Record<PrintState, PrintState[]> = {
  waiting: ['waiting', 'printing'],
  printing: ['waiting', 'printing', 'printed'],
  printed: ['printed'],
};

export function createPrintQueue(store: Store): PrintQueue {
  // Until there is room for it no slip is printed, since it is not known which of them may be on paper.
  let recovered = unlessFull(() => recoverAfterCrash(store));
  const recover = () => {
    if (!recovered) recoverAfterCrash(store);
    recovered = true;
  };
  const job = (seq: number, copy: number) => {
    const found = store.printJobsOf(seq).find((row) => row.copy === copy);
    if (!found) throw new LedgerError('PRINT_JOB_UNKNOWN', `copy ${copy} of ${seq}`);
    return found;
  };
  const setPrintState: PrintQueue['setPrintState'] = (seq, copy, state, code = null) => {
    recover();
    store.transact(() => {
      const row = job(seq, copy);
      if (!STEPS[row.state].includes(state))
        throw new LedgerError('PRINT_JOB_UNKNOWN', `copy ${copy} of ${seq}: ${row.state} to ${state}`);
      store.putPrintJob({ ...row, state, code });
    });
  };
  const addReprint = (seq: number) =>
    store.transact(() => {
      const last = store.printJobsOf(seq).at(-1);
      if (!last) throw new LedgerError('PRINT_JOB_UNKNOWN', `no slip of ${seq}`);
      store.putPrintJob({ seq, copy: last.copy + 1, state: 'waiting', code: null, unsure: 0 });
      return last.copy + 1;
    });
  return {
    printJobs: () => store.openPrintJobs().map(jobOf),
    printState: (seq) => store.printJobsOf(seq).map(jobOf).at(-1) ?? null,
    setPrintState,
    replaceByMarked: (seq, copy, code) => store.transact(() => replaceByMarked(store, job(seq, copy), code)),
    addReprint,
  };
}

const jobOf = (row: PrintRow): PrintJob => ({ ...row, unsure: row.unsure === 1 });

/** A job that is found `printing` may be on paper or not: a marked copy takes its place. */
function recoverAfterCrash(store: Store): void {
  const halfway = store.openPrintJobs().filter((row) => row.state === 'printing');
  if (halfway.length === 0) return;
  store.transact(() => {
    for (const row of halfway) replaceByMarked(store, row, null);
  });
}

function replaceByMarked(store: Store, { seq, copy }: PrintRow, code: string | null): void {
  const last = store.printJobsOf(seq).at(-1)?.copy ?? copy;
  store.dropPrintJob(seq, copy);
  store.putPrintJob({ seq, copy: last + 1, state: 'waiting', code, unsure: 1 });
}
