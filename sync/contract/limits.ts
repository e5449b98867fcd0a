/** Limits of what is signed and sent; docs/wire.md §2. */

/** Longest compact JWS that is looked at, in bytes. */
export const JWS_BYTES_MAX = 262_144;
/** Longest JWS of everything but a record. */
export const SHORT_JWS_CHARACTERS_MAX = 16_384;
/** Longest content of a dataset that travels in one message. */
export const DATASET_BYTES_MAX = 4_194_304;
/** Records in one message. */
export const BATCH_COUNT_MAX = 100;
/** Characters of records in one message; one record that is longer goes alone. */
export const BATCH_BYTES_MAX = 196_608;
/** Messages of records sent and not yet receipted. */
export const WINDOW = 4;
/** Longest payload going up, sealed. */
export const UP_BYTES_MAX = JWS_BYTES_MAX + 65_536;
/** Longest payload coming down, sealed: a dataset, with what JSON adds to it. */
export const DOWN_BYTES_MAX = 2 * DATASET_BYTES_MAX;
/** Datasets named in a hello; those beyond it are sent again, which does no harm. */
export const HELLO_DATASETS_MAX = 150;
/** Refused datasets named in a hello, and how much is said of each. */
export const HELLO_REFUSED_MAX = 8;
export const REFUSAL_CHARACTERS_MAX = 200;
export const STATE_BYTES_MAX = 4_096;
export const ENROL_BYTES_MAX = 16_384;
