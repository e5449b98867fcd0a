import { createVault } from '../../gateway/ledger/vault.ts';
import type { Medium } from './box.ts';
import type { World } from './world.ts';

const AT_ONCE = 50;
const EVERY_MS = 600_000;

/** The township's clerk: while it holds less of a restored ledger than the backup has, the rest is handed in again. */
export function createHandIn(world: World) {
  const backups: { clinic: string; medium: Medium }[] = [];

  function handIn(clinic: string, medium: Medium): void {
    const { seq } = world.town.word(medium.ledger);
    const { records } = medium.disk;
    if (seq >= records.length) return;
    const vault = createVault(medium.keys.data, () => new Uint8Array(24));
    const texts = records.slice(seq, seq + AT_ONCE).map((row) => vault.open(row.sealed));
    world.town.handIn(clinic, medium, { v: 1, t: 'records', after: seq, records: texts });
  }

  function look(): void {
    for (const { clinic, medium } of backups) handIn(clinic, medium);
    world.time.at(EVERY_MS, look);
  }
  look();
  return {
    add: (clinic: string, medium: Medium) => void backups.push({ clinic, medium }),
  };
}
