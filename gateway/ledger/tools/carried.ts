import { createHash } from 'node:crypto';
import type { UsedRow } from '../store/index.ts';

/** The digest of no rows: a ledger that was not restored from another. */
export const NOTHING_CARRIED = createHash('sha256').digest('hex');

/** SHA-256 over the amounts that a restored ledger began with, as its record 1 names it; 64 hex digits. */
export function carriedDigest(rows: Iterable<UsedRow>): string {
  const digest = createHash('sha256');
  for (const { holder, insutype, poolarea, bucket, period, unit, amount } of rows) {
    const person = Buffer.from(holder).toString('hex');
    digest.update(JSON.stringify([person, insutype, poolarea, bucket, period, unit, amount]));
  }
  return digest.digest('hex');
}
