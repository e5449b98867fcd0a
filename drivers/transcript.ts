/**
 * Transcripts: what went over a line, as text. '>' stands before bytes to the device, '<' before bytes
 * from it, in hexadecimal; lines without a mark go on with the bytes before them; '#' begins a remark.
 * Every driver has some in `frames/`; `cunyitong device record` writes them from a real device.
 */

export interface TranscriptEntry {
  readonly by: 'host' | 'device';
  readonly bytes: Uint8Array;
}

const BYTES_PER_LINE = 32;
const MARKS = { host: '>', device: '<' } as const;

/** Throws where the text holds anything but marks, whole bytes and remarks. */
export function parseTranscript(text: string): TranscriptEntry[] {
  const entries: { by: TranscriptEntry['by']; hex: string }[] = [];
  for (const line of text.split('\n')) {
    const said = line.replace(/#.*/, '').trimEnd();
    const by = said.startsWith(MARKS.host) ? 'host' : said.startsWith(MARKS.device) ? 'device' : null;
    const last = entries.at(-1);
    if (by) entries.push({ by, hex: said.slice(1) });
    else if (last) last.hex += said;
    else if (said !== '') throw new Error('a transcript begins with > or <');
  }
  return entries.map(({ by, hex }) => ({ by, bytes: bytesOf(hex) }));
}

function bytesOf(text: string): Uint8Array {
  const hex = text.replace(/\s/g, '');
  if (!/^([0-9A-Fa-f]{2})*$/.test(hex)) throw new Error('a transcript holds something that is not hex');
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** One entry with a line feed at its end; `parseTranscript` gives it back. */
export function formatEntry({ by, bytes }: TranscriptEntry): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const part = [...bytes.subarray(at, at + BYTES_PER_LINE)];
    lines.push(part.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' '));
  }
  return lines.length > 1 ? `${MARKS[by]}\n  ${lines.join('\n  ')}\n` : `${MARKS[by]} ${lines.join('')}\n`;
}

/** A remark never ends its line early, whatever it quotes. */
export function formatRemark(text: string): string {
  return `# ${text.replace(/\p{Cc}+/gu, ' ')}\n`;
}
