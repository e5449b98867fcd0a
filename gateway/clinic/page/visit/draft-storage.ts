/** What must survive a reload: the forms being written and whose is on the screen. */
import type { KeyValueStore } from '../shared/ports.ts';
import { type DraftForm, emptyForm } from './draft-form.ts';

const KEY = 'cunyitong.sheets.2';

interface StoredForms {
  /** The visit on the screen. */
  current: string | null;
  forms: Record<string, DraftForm>;
}

/** As it is stored: the older name of `forms` stays, so that an update under an open page loses nothing. */
interface Stored {
  current: string | null;
  sheets: Record<string, DraftForm>;
}

export function readForms(storage: KeyValueStore): StoredForms {
  try {
    const stored = JSON.parse(storage.getItem(KEY) ?? 'null') as Stored | null;
    if (stored && typeof stored.sheets === 'object')
      return { current: stored.current, forms: whole(stored.sheets) };
  } catch {
    // what cannot be read is written anew
  }
  return { current: null, forms: {} };
}

export function writeForms(storage: KeyValueStore, { current, forms }: StoredForms): void {
  const stored: Stored = { current, sheets: forms };
  storage.setItem(KEY, JSON.stringify(stored));
}

/** A page of an earlier release kept forms with fewer members. */
const whole = (forms: Record<string, Partial<DraftForm>>): StoredForms['forms'] =>
  Object.fromEntries(Object.entries(forms).map(([id, form]) => [id, { ...emptyForm, ...form }]));
