import { SyncError } from '../errors.ts';
import type { JwsParts } from '../record/jws.ts';
import { fromBase64url } from '../record/keys.ts';
import { BATCH_COUNT_MAX } from './limits.ts';

/**
 * The text of a message: one line of JSON, and for each record that goes with it three more: header, payload
 * and signature of its JWS, the first two as the JSON that they are (which has no line feed in it), so that
 * they pack well.
 */

const LINE_FEED = 0x0a;
const LINES_MAX = 1 + 3 * BATCH_COUNT_MAX;

/** `records`: compact JWS. */
export function toLines(message: object, records: readonly string[]): Buffer {
  const lines = [Buffer.from(JSON.stringify(message))];
  for (const jws of records) {
    const [header = '', payload = '', signature = ''] = jws.split('.');
    lines.push(Buffer.from(header, 'base64url'), Buffer.from(payload, 'base64url'), Buffer.from(signature));
  }
  const feed = Buffer.from([LINE_FEED]);
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [feed, line])));
}

/**
 * Throws MESSAGE_REFUSED for a wrong number of lines, SIGNATURE_ENCODING for a signature that is not
 * base64url.
 */
export function fromLines(text: Buffer): { message: Buffer; records: JwsParts[] } {
  const [message = text, ...lines] = linesOf(text);
  const records: JwsParts[] = [];
  for (let at = 0; at < lines.length; at += 3) {
    const [header, payload, signature] = lines.slice(at, at + 3);
    if (!header || !payload || !signature) throw new SyncError('MESSAGE_REFUSED', 'half a record');
    records.push([header, payload, fromBase64url(signature.toString('latin1'))]);
  }
  return { message, records };
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from <= text.length; ) {
    if (lines.length === LINES_MAX) throw new SyncError('MESSAGE_REFUSED', `more than ${LINES_MAX} lines`);
    const feed = text.indexOf(LINE_FEED, from);
    const end = feed < 0 ? text.length : feed;
    lines.push(text.subarray(from, end));
    from = end + 1;
  }
  return lines;
}
