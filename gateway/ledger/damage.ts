import { SyncError } from '../../sync/errors.ts';
import { LedgerError } from './errors.ts';

/**
 * What was found damaged in the store since the process started: what cannot be opened or read is told once
 * with its place, and only whoever needs it is refused.
 */
export interface Damage {
  /** Runs `read`; when what lies there cannot be read, that is noted. RECORD_DAMAGED, DATASET_DAMAGED. */
  reading<T>(code: DamageCode, place: string, read: () => T): T;
  /** The same; `otherwise` in place of a refusal. */
  readable<T, O>(code: DamageCode, place: string, read: () => T, otherwise: O): T | O;
  /** What lay there is whole again. */
  mended(place: string): void;
  is(place: string): boolean;
  /** By code; one of which nothing was found is not listed. */
  found(): DamageFound[];
}

export type DamageCode = 'RECORD_DAMAGED' | 'DATASET_DAMAGED';
export interface DamageFound {
  code: DamageCode;
  places: string[];
}
const CODES: readonly DamageCode[] = ['RECORD_DAMAGED', 'DATASET_DAMAGED'];

/** A seal that does not open, a page that SQLite cannot read; not a disk that fails altogether. */
const isDamage = (error: unknown) =>
  error instanceof SyncError || (error instanceof LedgerError && error.code === 'LEDGER_BROKEN');

export function createDamage(): Damage {
  const places = new Map<string, DamageCode>();

  function reading<T>(code: DamageCode, place: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      places.set(place, code);
      throw new LedgerError(code, place, { cause });
    }
  }

  const placesOf = (code: DamageCode) => [...places].filter(([, of]) => of === code).map(([place]) => place);
  return {
    reading,
    readable(code, place, read, otherwise) {
      try {
        return reading(code, place, read);
      } catch (error) {
        if (places.has(place)) return otherwise;
        throw error;
      }
    },
    mended: (place) => void places.delete(place),
    is: (place) => places.has(place),
    found: () =>
      CODES.map((code) => ({ code, places: placesOf(code) })).filter((found) => found.places.length > 0),
  };
}
