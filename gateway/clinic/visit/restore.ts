import type { OpenVisits } from '../../ledger/index.ts';
import type { Draft } from './draft-shape.ts';
import { isDraft } from './drafts.ts';
import type { Visitor } from './person.ts';

export interface Visit {
  id: string;
  opened_at: string;
  visitor: Visitor;
  draft: Draft;
}

/**
 * The visits that a process before this one has left open. One that cannot be read is dropped: no money was
 * moved by it, and it keeps nobody else from the desk.
 */
export function restoreVisits(ledger: OpenVisits): { open: Map<string, Visit>; damaged: boolean } {
  const open = new Map<string, Visit>();
  let damaged = false;
  for (const { id, opened_at, json } of ledger.visits()) {
    const kept = contentsOf(json);
    if (kept) open.set(id, { id, opened_at, ...kept });
    else damaged = true;
    if (!kept) drop(ledger, id);
  }
  return { open, damaged };
}

function contentsOf(json: string | null): Pick<Visit, 'visitor' | 'draft'> | null {
  try {
    const { visitor, draft } = JSON.parse(json ?? '');
    return typeof visitor.psn_name === 'string' && typeof visitor.certno === 'string' && isDraft(draft)
      ? { visitor, draft }
      : null;
  } catch {
    return null;
  }
}

/** On a full disk it stays, and is dropped at a later start. */
function drop(ledger: OpenVisits, id: string): void {
  try {
    ledger.dropVisit(id);
  } catch {
    return;
  }
}
