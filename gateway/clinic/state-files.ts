import type { LedgerId } from '../../sync/contract/ids.ts';
import { EMPTY_HEAD, type Head } from '../../sync/record/record.ts';

/** What lies in a box's state folder beside its keys and its enrolment. */
export const LEDGER_FILE = 'ledger.sqlite';
/** How far the ledger certainly went, outside of it. */
export const HEAD_FILE = 'head.json';
/** What was typed for the visits that are open, sealed. */
export const DRAFTS_FILE = 'drafts';

/** The text of head.json. */
export const headText = (ledger: LedgerId, { seq, hash }: Head): string =>
  JSON.stringify({ ledger, seq, hash });

/**
 * That of a box whose enrolment is done and whose ledger has no record yet. Any other, or none, means that it
 * was begun: a ledger that is not there then is lost.
 */
export const notBegun = (ledger: LedgerId): string => headText(ledger, EMPTY_HEAD);
