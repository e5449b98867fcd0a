import type { Printer, PrintOutcome } from '../../../drivers/contract.ts';
import type { Seq } from '../../../sync/contract/ids.ts';
import type { PrintJob, PrintQueue } from '../../ledger/index.ts';

interface PrintingOptions {
  /** Where the jobs are kept. */
  queue: PrintQueue;
  printer: Printer;
  /** The bytes of one copy of a settlement's slip. */
  slip(seq: Seq, copy: number): Uint8Array;
  changed(): void;
  /** A slip that could not be made or marked; the queue waits for the next reason to try. */
  failed(error: unknown): void;
}

/** The ledger holds the queue; this carries it to paper, one slip at a time, each unmarked at most once. */
export interface Printing {
  /** Something to print, or the printer has changed its state. */
  wake(): void;
  /** Resolves when no slip is on its way to the printer. */
  stop(): Promise<void>;
}

export function createPrinting({ queue, printer, slip, changed, failed }: PrintingOptions): Printing {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  /**
   * What the printer said last and the ledger has not taken yet, a full disk perhaps: nothing more is printed
   * before it has.
   */
  let untold: { job: PrintJob; outcome: PrintOutcome } | null = null;

  /** False: what comes after it waits too. A slip that cannot be made holds up no other. */
  async function printOne(job: PrintJob): Promise<boolean> {
    const bytes = bytesOrNull(job);
    if (!bytes) return true;
    queue.setPrintState(job.seq, job.copy, 'printing');
    changed();
    const outcome = await printer.print(bytes);
    untold = { job, outcome };
    tell();
    return outcome.result === 'printed';
  }

  function bytesOrNull({ seq, copy }: PrintJob): Uint8Array | null {
    try {
      return slip(seq, copy);
    } catch (error) {
      failed(error);
      return null;
    }
  }

  function tell(): void {
    if (!untold) return;
    const { job, outcome } = untold;
    if (outcome.result === 'printed') queue.setPrintState(job.seq, job.copy, 'printed');
    else if (outcome.result === 'not-printed')
      queue.setPrintState(job.seq, job.copy, 'waiting', outcome.code);
    else queue.printUnsure(job.seq, job.copy, outcome.code);
    untold = null;
    changed();
  }

  async function drain(): Promise<void> {
    tell();
    do {
      again = false;
      for (const job of queue.printJobs()) {
        if (stopped || printer.status().state !== 'ready' || !(await printOne(job))) break;
      }
    } while (again && !stopped);
  }

  return {
    wake() {
      again = true;
      if (stopped || running !== null) return;
      running = drain()
        .catch(failed)
        .finally(() => {
          running = null;
        });
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
