import type { Damage } from './damage.ts';
import { unlessFull } from './disk.ts';
import { LedgerError } from './errors.ts';
import type { Kept } from './interfaces.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

const keyOf = (name: string) => `kept ${name}`;

export function createKept(store: Store, sealer: Sealer, damage: Damage): Kept {
  const write = (name: string, text: string) =>
    unlessFull(() =>
      store.transact(() => store.setMeta(keyOf(name), sealer.seal(text).toString('base64url'))),
    );
  return {
    kept(name) {
      const sealed = store.meta(keyOf(name));
      const open = () => sealed && sealer.open(Buffer.from(sealed, 'base64url'));
      return damage.readable('RECORD_DAMAGED', name, open, null);
    },
    keep(name, text) {
      try {
        write(name, text);
      } catch (error) {
        if (!(error instanceof LedgerError) || error.code !== 'DISK_FAILED') throw error;
      }
    },
  };
}
