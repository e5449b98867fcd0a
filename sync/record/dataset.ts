import { createHash } from 'node:crypto';
import { DATASET_NAME_PATTERN, type Dataset, DatasetManifest } from '../contract/datasets/manifest.ts';
import type { PublicJwk, Role } from '../contract/keys.ts';
import { shapeOf } from '../contract/shape.ts';
import { SyncError } from '../errors.ts';
import { type KeyFinder, signJws, verifyJws } from './jws.ts';
import { importPublicKey, type SigningKey } from './keys.ts';

const NAME = new RegExp(DATASET_NAME_PATTERN);
const asManifest = shapeOf(DatasetManifest, 'manifest of a dataset', 'DATASET_REFUSED');

/** The role that may sign a dataset of this name; undefined when there can be no such dataset. */
export function roleOf(name: string): Role | undefined {
  if (!NAME.test(name)) return undefined;
  if (name.startsWith('firmware/')) return 'vendor';
  return name.startsWith('bundle/') || name === 'catalogue' || name === 'diagnoses' ? 'insurer' : 'township';
}

/** Finds a key among those listed by its kid. */
export function keysByKid(keys: PublicJwk[]): KeyFinder {
  const byKid = new Map(keys.map((jwk) => importPublicKey(jwk)).map((key) => [key.kid, key]));
  return (kid) => byKid.get(kid);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export function signDataset(
  fields: { name: string; version: number; clinic: string; issued: string; content: string },
  key: SigningKey,
): Dataset {
  const { name, version, clinic, issued, content } = fields;
  const size = Buffer.byteLength(content);
  const manifest = asManifest({ v: 1, name, version, clinic, issued, size, sha256: sha256(content) });
  return { manifest: signJws('cyt-dataset+jws', manifest, key), content };
}

/**
 * Opens a dataset that came from outside: signature, role, clinic, size, hash. `clinic` is who takes it in
 * (the township passes none). Whether it is newer and valid for its name is the ledger's to say.
 * Throws SyncError DATASET_REFUSED, or as verifyJws.
 */
export function openDataset(
  dataset: Dataset,
  clinic: string | undefined,
  trust: Record<Role, KeyFinder>,
): DatasetManifest {
  const everyKey: KeyFinder = (kid) => trust.insurer(kid) ?? trust.township(kid) ?? trust.vendor(kid);
  const { kid, payload } = verifyJws('cyt-dataset+jws', dataset.manifest, everyKey);
  const manifest = asManifest(payload);
  const refuse = (why: string) => {
    throw new SyncError('DATASET_REFUSED', `${manifest.name} version ${manifest.version}: ${why}`);
  };
  const role = roleOf(manifest.name);
  if (role === undefined || !trust[role](kid)) refuse('signed by a role that may not');
  if (clinic !== undefined && manifest.clinic !== '*' && manifest.clinic !== clinic)
    refuse('for another clinic');
  if (Buffer.byteLength(dataset.content) !== manifest.size) refuse('size differs');
  if (sha256(dataset.content) !== manifest.sha256) refuse('sha256 differs');
  return manifest;
}
