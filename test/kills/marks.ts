import { ok } from 'node:assert/strict';
import { watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Pieces } from '../processes/pieces.ts';

/** The two files, read from outside at any moment, whatever lives. */
export interface Marks {
  /** The last settlement that is committed; 0 for none. */
  lastSettlement(): number;
  /** Records that the gateway does not know to be held. */
  waiting(): number;
  /** What the gateway takes for held is held: never more than the township's file has. */
  check(): void;
  /** Resolves at the next commit of either side, or at the signal. */
  written(of: 'gateway' | 'township', signal: AbortSignal): Promise<void>;
}

export function marksOf({ clinic, township }: Pieces): Marks {
  const files = { gateway: join(clinic, 'ledger.sqlite'), township: join(township, 'township.sqlite') };

  function ask(of: keyof typeof files, sql: string): number {
    const db = new Database(files[of], { readonly: true, fileMustExist: true });
    try {
      return Number(db.prepare(sql).pluck().get() ?? 0);
    } finally {
      db.close();
    }
  }
  const held = () => ask('gateway', "SELECT value FROM meta WHERE key = 'held'");
  return {
    lastSettlement: () => ask('gateway', "SELECT max(seq) FROM records WHERE kind = 'settlement'"),
    waiting: () => ask('gateway', 'SELECT max(seq) FROM records') - held(),
    check() {
      // In this order: both only grow while nothing is restored from a copy.
      const mark = held();
      const through = ask('township', 'SELECT through FROM ledgers');
      ok(mark <= through, `the gateway takes ${mark} records for held, the township has ${through}`);
    },
    written: (of, signal) =>
      new Promise((resolve) => {
        const watcher = watch(dirname(files[of]), { signal }, (_event, name) => {
          if (name === `${basename(files[of])}-wal`) watcher.close();
        });
        watcher.once('close', resolve);
        watcher.once('error', () => watcher.close());
      }),
  };
}
