/** Longest line that is kept; what comes after is thrown away, and the line is no JSON any more. */
const LINE_BYTES_MAX = 16_777_216;
const LF = 0x0a;

/**
 * The lines of a stream as bytes: what they are as text is for the door to say (outside-text.ts). Only a line
 * feed ends one: readline also splits at U+2028, U+2029 and a lone carriage return, all of which may stand
 * inside a JSON text. No other byte of UTF-8 or GB18030 is 0x0A. A last line without an end counts, an empty
 * rest does not.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let kept = 0;
  const keep = (piece: Uint8Array) => {
    const some = piece.subarray(0, LINE_BYTES_MAX - kept);
    pieces.push(some);
    kept += some.length;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(pieces);
      pieces = [];
      kept = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (kept > 0) yield Buffer.concat(pieces);
}
