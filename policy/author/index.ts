/**
 * The door to what a policy officer uses and a clinic's box does not: policy/index.ts loads nothing of it.
 * Check needs a YAML parser.
 */

export { checkBundle, checkBundles, formatCheckLine } from './check.ts';
export { diffBundles, repriceClaims } from './diff.ts';
export { leaflet } from './leaflet.ts';
