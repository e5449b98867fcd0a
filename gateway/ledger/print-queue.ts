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
  asked: [],
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
  const open = (asked: boolean) => store.openPrintJobs().filter((row) => isAsked(row) === asked);
  const setPrintState: PrintQueue['setPrintState'] = (seq, copy, state, code = null) => {
    recover();
    store.transact(() => {
      const row = job(seq, copy);
      const from = jobOf(row).state;
      if (state === 'asked' || !STEPS[from].includes(state))
        throw new LedgerError('PRINT_JOB_UNKNOWN', `copy ${copy} of ${seq}: ${from} to ${state}`);
      store.putPrintJob({ ...row, state, code });
    });
  };
  const addReprint = (seq: number) =>
    store.transact(() => {
      const last = store.printJobsOf(seq).at(-1);
      // Reversals of earlier releases had no slip.
      if (!last && store.record(seq)?.kind !== 'reversal')
        throw new LedgerError('PRINT_JOB_UNKNOWN', `no slip of ${seq}`);
      if (last && isAsked(last)) return replaceByMarked(store, last, last.code);
      const copy = (last?.copy ?? 0) + 1;
      store.putPrintJob({ seq, copy, state: 'waiting', code: null, unsure: 0 });
      return copy;
    });
  const answerPrint = (seq: number, copy: number, isPrinted: boolean) =>
    store.transact(() => {
      const row = store.printJobsOf(seq).find((one) => one.copy === copy);
      if (!row || !isAsked(row)) return;
      if (isPrinted) store.putPrintJob({ ...row, state: 'printed', unsure: 1 });
      else replaceByMarked(store, row, row.code);
    });
  return {
    printJobs: () => open(false).map(jobOf),
    printQuestions: () => open(true).map(jobOf),
    printState: (seq) => store.printJobsOf(seq).map(jobOf).at(-1) ?? null,
    setPrintState,
    printUnsure: (seq, copy, code) => store.transact(() => repeatOrAsk(store, job(seq, copy), code)),
    answerPrint,
    addReprint,
  };
}

const isAsked = (row: PrintRow): boolean => row.state === 'waiting' && row.unsure === 2;

const jobOf = (row: PrintRow): PrintJob => ({
  ...row,
  state: isAsked(row) ? 'asked' : row.state,
  unsure: row.unsure > 0,
});

/** A job that is found `printing` may be on paper or not. */
function recoverAfterCrash(store: Store): void {
  const halfway = store.openPrintJobs().filter((row) => row.state === 'printing');
  if (halfway.length === 0) return;
  store.transact(() => {
    for (const row of halfway) repeatOrAsk(store, row, null);
  });
}

/** A job that may be on paper or not: once a marked copy takes its place, then only the doctor can say. */
function repeatOrAsk(store: Store, row: PrintRow, code: string | null): void {
  if (row.unsure === 0) replaceByMarked(store, row, code);
  else store.putPrintJob({ ...row, state: 'waiting', code, unsure: 2 });
}

/** Gives the number of the copy. */
function replaceByMarked(store: Store, { seq, copy }: PrintRow, code: string | null): number {
  const next = (store.printJobsOf(seq).at(-1)?.copy ?? copy) + 1;
  store.dropPrintJob(seq, copy);
  store.putPrintJob({ seq, copy: next, state: 'waiting', code, unsure: 1 });
  return next;
}
