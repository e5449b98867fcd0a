import { Ajv } from 'ajv';
import type { Clock } from '../../../drivers/contract.ts';
import { Draft } from './draft-shape.ts';

/** Where drafts outlive the process. What is in it moves no money and may be lost without harm to any. */
export interface DraftFile {
  /** null: nothing was kept. Throws when what was kept cannot be read. */
  read(): string | null;
  /** Durable when it returns. Throws when the disk does not take it. */
  write(text: string): void;
}

/** What has been typed for the visits that are open, over a reload, a power cut and a restart. */
interface Drafts {
  of(visit: string): Draft | null;
  keep(visit: string, draft: Draft): void;
  drop(visit: string): void;
  /** Something that was kept could not be read, and is gone. */
  readonly damaged: boolean;
  /** Writes what still waits; nothing is written after it. */
  close(): void;
}

/** The first change is written at once, those of the same second together: so much may be typed again. */
const EVERY_MS = 1_000;

export const isDraft = new Ajv({ strict: true }).compile<Draft>(Draft);

/** `failed`: the disk did not take it. */
export interface DraftsKept {
  file: DraftFile;
  clock: Clock;
  failed(error: unknown): void;
}

/** `open`: the visits that are open; what was kept of others is dropped. */
export function createDrafts(options: DraftsKept & { open: ReadonlySet<string> }): Drafts {
  const { file, clock, failed } = options;
  const { drafts, damaged } = keptIn(file, options.open);
  let written = Number.NEGATIVE_INFINITY;
  let timer: unknown = null;

  function write(): void {
    if (timer !== null) clock.clearTimeout(timer);
    timer = null;
    written = clock.now();
    try {
      file.write(JSON.stringify(Object.fromEntries(drafts)));
    } catch (error) {
      failed(error); // the form on the page goes on, and the next change tries again
    }
  }

  function writeSoon(wait: number): void {
    if (wait <= 0) write();
    else timer ??= clock.setTimeout(write, wait);
  }
  const untilNext = () => written + EVERY_MS - clock.now();

  return {
    damaged,
    of: (visit) => drafts.get(visit) ?? null,
    keep(visit, draft) {
      if (JSON.stringify(drafts.get(visit)) === JSON.stringify(draft)) return;
      drafts.set(visit, draft);
      writeSoon(untilNext());
    },
    drop(visit) {
      // Never at once: a settlement does not wait for it, and a start drops what is of no open visit.
      if (drafts.delete(visit)) writeSoon(Math.max(1, untilNext()));
    },
    close() {
      if (timer !== null) write();
    },
  };
}

function keptIn(
  file: DraftFile,
  open: ReadonlySet<string>,
): { drafts: Map<string, Draft>; damaged: boolean } {
  try {
    const kept = Object.entries(JSON.parse(file.read() ?? '{}') as Record<string, unknown>);
    const ours = kept.filter(([visit]) => open.has(visit));
    const whole = ours.flatMap(([visit, draft]) => (isDraft(draft) ? [[visit, draft] as const] : []));
    return { drafts: new Map(whole), damaged: whole.length < ours.length };
  } catch {
    return { drafts: new Map(), damaged: true };
  }
}
