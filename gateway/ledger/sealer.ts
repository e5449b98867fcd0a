import { createHmac, createSecretKey } from 'node:crypto';
import { KEY_PURPOSES } from '../../sync/record/key-purposes.ts';
import { deriveKey, openWith, type Random, sealWith } from '../../sync/record/seal.ts';

/** Encrypts what is stored, and hashes what an index must find, so that the disk alone reveals neither. */
export interface Sealer {
  seal(text: string): Buffer;
  /** Throws SyncError SEAL_BROKEN. */
  open(sealed: Uint8Array): string;
  person(psn_no: string): Buffer;
  clinic(fixmedins_code: string): Buffer;
  request(id: string): Buffer;
  objection(jws: string): Buffer;
  traceCode(drug_trac_codg: string): Buffer;
}

/** The first half of an HMAC-SHA-256: 128 bits are enough to tell all persons apart. */
const HASH_BYTES = 16;

export function createSealer(dataKey: Uint8Array, random: Random): Sealer {
  // A key as bytes would be imported for each hash, which costs more than the hash.
  const indexKey = createSecretKey(deriveKey(dataKey, KEY_PURPOSES.ledgerIndex));
  const hash = (kind: string) => {
    let last: { text: string; hash: Buffer } | null = null; // one act needs the same hash several times
    return (text: string) => {
      if (last?.text !== text) last = { text, hash: keyed(JSON.stringify([kind, text])) };
      return last.hash;
    };
  };
  const keyed = (text: string) =>
    createHmac('sha256', indexKey).update(text).digest().subarray(0, HASH_BYTES);
  return {
    seal: (text) => sealWith(dataKey, Buffer.from(text), random),
    open: (sealed) => openWith(dataKey, sealed).toString('utf8'),
    person: hash('person'),
    clinic: hash('clinic'),
    request: hash('request'),
    objection: hash('finding'), // the name under which stores already keep it
    traceCode: hash('drug_trac_codg'),
  };
}
