/** Longest line that is kept; what comes after is thrown away, and the line is no JSON any more. */
const LINE_CHARACTERS_MAX = 16_777_216;

/**
 * The lines of a stream of text. Only a line feed ends one: readline also splits at U+2028, U+2029 and a lone
 * carriage return, all of which may stand inside a JSON text. A last line without an end counts, an empty
 * rest does not.
 */
export async function* linesOf(stream: AsyncIterable<string>): AsyncGenerator<string> {
  let pieces: string[] = [];
  let kept = 0;
  const keep = (piece: string) => {
    pieces.push(piece.slice(0, LINE_CHARACTERS_MAX - kept));
    kept += pieces.at(-1)?.length ?? 0;
  };
  for await (const chunk of stream) {
    const [first = '', ...rest] = chunk.split('\n');
    keep(first);
    for (const next of rest) {
      yield pieces.join('');
      pieces = [];
      kept = 0;
      keep(next);
    }
  }
  if (kept > 0) yield pieces.join('');
}
