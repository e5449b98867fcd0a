import { signJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import type { Db } from '../store/schema.ts';

/** So many fit into an answer; a clinic has seldom had more. */
const LEDGERS_MAX = 4;

interface Held {
  ledger: string;
  through: number;
  hash: string;
}

/** The township's word on how far it holds each ledger a clinic has had, the newest first: receipts of no session, for a restore. */
export function wordsOn(db: Db, keys: TownshipKeys) {
  const select = db.prepare(
    'SELECT ledger, through, hash FROM ledgers WHERE clinic = ? AND ledger <> ? ORDER BY rowid DESC LIMIT ?',
  );
  return (clinic: string, but: string, at: string): string[] =>
    (select.all(clinic, but, LEDGERS_MAX) as Held[]).map(({ ledger, through, hash }) =>
      signJws('cyt-receipt+jws', { v: 1, ledger, clinic, through, hash, at }, keys.signing),
    );
}
