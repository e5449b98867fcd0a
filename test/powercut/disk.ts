import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskEvent } from './trace.ts';

/**
 * How a disk may look after the power went: what was not synced is gone, is all there, or is there in parts.
 */
export type Fate = 'lost' | 'kept' | 'torn';

const SECTOR_BYTES = 512;
type Change = Extract<DiskEvent, { op: 'write' | 'truncate' }>;

interface File {
  /** As after its last sync; null when the name itself may not have reached the disk. */
  durable: Buffer | null;
  pending: Change[];
  unlinked: boolean;
}

/** Follows the events, and can at any moment say what a power cut would leave. */
export class CutDisk {
  readonly #files = new Map<string, File>();

  take(event: DiskEvent): void {
    if (event.op === 'say') return;
    if (event.op === 'sync' && event.file === '') {
      this.#syncFolder();
      return;
    }
    const file = this.#files.get(event.file) ?? { durable: null, pending: [], unlinked: false };
    this.#files.set(event.file, file);
    if (event.op === 'unlink') file.unlinked = true;
    if (event.op === 'create' && file.unlinked)
      this.#files.set(event.file, {
        durable: file.durable,
        pending: [{ op: 'truncate', file: event.file, size: 0 }],
        unlinked: false,
      });
    if (event.op === 'write' || event.op === 'truncate') file.pending.push(event);
    if (event.op === 'sync') {
      file.durable = applied(file.durable ?? Buffer.alloc(0), file.pending);
      file.pending = [];
    }
  }

  /** Names made and taken away are on the disk now; what a new file holds still is not. */
  #syncFolder(): void {
    for (const [name, file] of this.#files) {
      if (file.unlinked) this.#files.delete(name);
      else file.durable ??= Buffer.alloc(0);
    }
  }

  /**
   * Writes what is left into `folder`. `chance` gives numbers from 0 to 1 and decides what of each file is
   * torn.
   */
  cut(fate: Fate, chance: () => number, folder: string): void {
    for (const [name, { durable, pending, unlinked }] of this.#files) {
      if (unlinked && (fate === 'kept' || (fate === 'torn' && chance() < 0.5))) continue;
      const left = fate === 'lost' ? [] : fate === 'kept' ? pending : tornOf(pending, chance);
      if (durable === null && left.length === 0) continue;
      writeFileSync(join(folder, name), applied(durable ?? Buffer.alloc(0), left), { mode: 0o600 });
    }
  }
}

/** Any of the changes, each write in any of its sectors: a disk may reorder what lies between two syncs. */
function tornOf(pending: Change[], chance: () => number): Change[] {
  const part = chance(); // of all that is pending, so that nearly nothing and nearly everything both happen
  return pending.flatMap((change) => {
    if (change.op === 'truncate') return chance() < part ? [change] : [];
    const kept: Change[] = [];
    const first = change.at - (change.at % SECTOR_BYTES);
    for (let at = first; at < change.at + change.bytes.length; at += SECTOR_BYTES) {
      const from = Math.max(at, change.at);
      const bytes = change.bytes.subarray(from - change.at, at + SECTOR_BYTES - change.at);
      if (chance() < part) kept.push({ ...change, at: from, bytes });
    }
    return kept;
  });
}

function applied(before: Buffer, changes: Change[]): Buffer {
  let size = before.length;
  for (const change of changes)
    size = change.op === 'truncate' ? change.size : Math.max(size, change.at + change.bytes.length);
  const largest = changes.reduce(
    (most, it) => (it.op === 'write' ? Math.max(most, it.at + it.bytes.length) : most),
    Math.max(size, before.length),
  );
  const after = Buffer.alloc(largest);
  before.copy(after);
  let end = before.length;
  for (const change of changes) {
    if (change.op === 'write') {
      change.bytes.copy(after, change.at);
      end = Math.max(end, change.at + change.bytes.length);
    } else {
      if (change.size < end) after.fill(0, change.size, end);
      end = change.size;
    }
  }
  return after.subarray(0, end);
}
