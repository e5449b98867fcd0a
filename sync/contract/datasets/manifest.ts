import Type, { type Static } from 'typebox';
import { Instant, Sha256 } from '../ids.ts';
import { DATASET_BYTES_MAX } from '../limits.ts';
import { open } from '../schema.ts';

export const DATASET_NAME_PATTERN =
  '^(?:catalogue|diagnoses|roster|operators|clinic|(?:bundle|firmware)/[a-z0-9][a-z0-9._-]{0,63})$';

/** Payload of `cyt-dataset+jws`: what the signature of a dataset covers. docs/record.md §4 */
export const DatasetManifest = open({
  v: Type.Literal(1),
  name: Type.String({ pattern: DATASET_NAME_PATTERN }),
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** `*` or one fixmedins_code. */
  clinic: Type.String({ pattern: '^(?:\\*|[A-Za-z0-9]{1,30})$' }),
  issued: Instant,
  /** Bytes of `content` in UTF-8. */
  size: Type.Integer({ minimum: 0, maximum: DATASET_BYTES_MAX }),
  /** Of those bytes. */
  sha256: Sha256,
});
export type DatasetManifest = Static<typeof DatasetManifest>;

/** A dataset as it travels and is stored: a JWS over its manifest, and its JSON text. */
export interface Dataset {
  manifest: string;
  content: string;
}
