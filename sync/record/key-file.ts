import { SyncError } from '../errors.ts';
import { fromBase64url, type SigningKey, signingKeyOfSeed } from './keys.ts';
import { type Random, type SealingKey, sealingKeyOfSeed } from './seal.ts';

/**
 * Keys as text. Whoever makes one stores it (0600) and hands the text back at the next start; a seed never
 * leaves these files. One file per place: the box, the township server, the township's safe (recovery), the
 * insurer.
 */

/** What a box has. docs/record.md §6 */
export interface BoxKeys {
  signing: SigningKey;
  sealing: SealingKey;
  /** Seals records at rest. */
  data: Uint8Array;
}

export interface TownshipKeys {
  signing: SigningKey;
  sealing: SealingKey;
  /** The public half only: the secret one is for the safe. */
  recovery: Uint8Array;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function fileText(holds: string, members: Record<string, Uint8Array>): string {
  const written = Object.entries(members).map(([name, bytes]) => [name, text(bytes)]);
  return `${JSON.stringify({ v: 1, holds, ...Object.fromEntries(written) }, null, 2)}\n`;
}

/** A member of a key file; KEY_FILE_BROKEN says what is missing, never what is there. */
function memberOf(file: string, holds: string, name: string): Buffer {
  let members: Record<string, unknown> = {};
  try {
    members = JSON.parse(file);
  } catch {
    throw new SyncError('KEY_FILE_BROKEN', `not a key file of ${holds}`);
  }
  const value = members?.holds === holds ? members[name] : undefined;
  if (typeof value !== 'string')
    throw new SyncError('KEY_FILE_BROKEN', `no ${name} in a key file of ${holds}`);
  const bytes = fromBase64url(value);
  if (bytes.length !== 32) throw new SyncError('KEY_FILE_BROKEN', `${name} has not 32 bytes`);
  return bytes;
}

/** `data`: that of the box whose ledger is restored. */
export function makeBoxKeys(random: Random, data: Uint8Array = random(32)): string {
  return fileText('box', { signing: random(32), sealing: random(32), data });
}

export function readBoxKeys(file: string): BoxKeys {
  return {
    signing: signingKeyOfSeed(memberOf(file, 'box', 'signing')),
    sealing: sealingKeyOfSeed(memberOf(file, 'box', 'sealing')),
    data: memberOf(file, 'box', 'data'),
  };
}

/** The data key alone, as the recovery key unwraps it: opens one clinic's backups, signs nothing. */
export const dataKeyFile = (data: Uint8Array): string => fileText('data', { data });

/** The data key in a box's key file, or in one that holds nothing else. */
export function readDataKey(file: string): Buffer {
  try {
    return memberOf(file, 'data', 'data');
  } catch {
    return memberOf(file, 'box', 'data');
  }
}

/**
 * The texts of three files. In the demo all lie on one disk; in production `recovery` and `insurer` do not.
 */
export function makeTownshipKeys(random: Random): { township: string; recovery: string; insurer: string } {
  const recovery = random(32);
  return {
    township: fileText('township', {
      signing: random(32),
      sealing: random(32),
      recovery: sealingKeyOfSeed(recovery).publicKey,
    }),
    recovery: fileText('recovery', { sealing: recovery }),
    insurer: fileText('insurer', { signing: random(32) }),
  };
}

export function readTownshipKeys(file: string): TownshipKeys {
  return {
    signing: signingKeyOfSeed(memberOf(file, 'township', 'signing')),
    sealing: sealingKeyOfSeed(memberOf(file, 'township', 'sealing')),
    recovery: memberOf(file, 'township', 'recovery'),
  };
}

export function readRecoveryKey(file: string): SealingKey {
  return sealingKeyOfSeed(memberOf(file, 'recovery', 'sealing'));
}

/** The signing key of the insurer or the vendor. */
export function readRoleKey(file: string, role: 'insurer' | 'vendor'): SigningKey {
  return signingKeyOfSeed(memberOf(file, role, 'signing'));
}
