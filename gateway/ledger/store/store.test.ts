import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelDisk, ModelStore } from './model.ts';
import type { Store } from './port.ts';
import { openSqliteStore } from './sqlite.ts';
import { storeConformance } from './testing/conformance.ts';

storeConformance('ModelStore', () => {
  const disk = new ModelDisk();
  return { open: () => new ModelStore(disk), crash: () => {}, done: () => {} };
});

storeConformance('SqliteStore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-store-'));
  const opened: Store[] = [];
  let file = join(folder, 'ledger.db');
  return {
    open: () => {
      const store = openSqliteStore(file);
      opened.push(store);
      return store;
    },
    // The files as they lie there while the store is open: what another machine would find on the card.
    crash: () => {
      const copy = join(folder, `copy${opened.length}.db`);
      for (const end of ['', '-wal']) cpSync(file + end, copy + end);
      file = copy;
    },
    done: () => {
      for (const store of opened) store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
