/** What must survive a reload: the sheets being written and whose is on the screen. */
import type { Shelf } from '../shared/ports.ts';
import type { Sheet } from './draft-form.ts';

const KEY = 'cunyitong.sheets.2';

export interface Kept {
  current: string | null;
  sheets: Record<string, Sheet>;
}

export function readKept(shelf: Shelf): Kept {
  try {
    const kept = JSON.parse(shelf.getItem(KEY) ?? 'null') as Kept | null;
    if (kept && typeof kept.sheets === 'object') return kept;
  } catch {
    // what cannot be read is written anew
  }
  return { current: null, sheets: {} };
}

export function writeKept(shelf: Shelf, kept: Kept): void {
  shelf.setItem(KEY, JSON.stringify(kept));
}
