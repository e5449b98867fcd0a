import type { Clock, Log } from '../../sync/ports.ts';
import { KEY_PURPOSES } from '../../sync/record/key-purposes.ts';
import { deriveKey, openWith, type Random, sealWith } from '../../sync/record/seal.ts';
import type { StateDir } from '../state-dir.ts';
import { DRAFTS_FILE } from './state-files.ts';
import type { DraftFile, DraftsKept } from './visit/drafts.ts';

/**
 * One file in the state folder beside the ledger, written whole or not at all. Sealed as records are: what is
 * typed belongs to a person. Beside the ledger and not in it: a settlement's transaction carries none of it.
 */
export function sealedDraftFile(
  state: Pick<StateDir, 'read' | 'write'>,
  dataKey: Uint8Array,
  random: Random,
): DraftFile {
  const key = deriveKey(dataKey, KEY_PURPOSES.drafts);
  return {
    read() {
      const sealed = state.read(DRAFTS_FILE);
      return sealed === null ? null : openWith(key, Buffer.from(sealed, 'base64url')).toString('utf8');
    },
    write: (text) => state.write(DRAFTS_FILE, sealWith(key, Buffer.from(text), random).toString('base64url')),
  };
}

/** What the desk of a box keeps its drafts with. */
export const keptDrafts = (
  state: StateDir,
  dataKey: Uint8Array,
  { clock, random, log }: { clock: Clock; random: Random; log: Log },
): DraftsKept => ({
  file: sealedDraftFile(state, dataKey, random),
  clock,
  failed: (err) => log.warn({ err }, 'what is typed could not be kept'),
});
