/**
 * HKDF's `info` for each key that is derived from another (seal.ts, deriveKey). They stand in one place so
 * that no two keys can have the same, and never change: what a key has sealed or named would be lost.
 */
export const KEY_PURPOSES = {
  /** From a one-time code: where both sides meet, and the key they speak under. docs/wire.md §6 */
  rendezvousTopic: 'cyt enrol topic',
  rendezvousKey: 'cyt enrol key',
  /** From the rendezvous key: what opens the broker to who has the code. docs/wire.md §7 */
  enrolmentPsk: 'cyt enrol door',
  /** From the township's sealing key: its certificate authority. docs/decisions/0007 */
  tlsAuthority: 'cyt tls authority',
  /** From the same: the broker password of a box, by its name. Older than the prefix of the others. */
  mqttPassword: (name: string) => `mqtt ${name}`,
  /** From a box's data key: what signs session cookies. */
  session: 'cyt session',
  /** From the same: what seals the drafts of open visits. */
  drafts: 'cyt drafts',
  /** From the same: hashes of persons and requests in the ledger's indexes. docs/record.md §8 */
  ledgerIndex: 'cyt ledger index 1',
} as const;
