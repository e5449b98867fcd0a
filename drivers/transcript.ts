/**
 * Transcripts: what went over a line, as text. '>' stands before bytes to the device, '<' before bytes
 * from it, in hexadecimal; lines without a mark go on with the bytes before them; '#' begins a remark.
 * Every driver has some in `frames/`; `cunyitong device record` writes them from a real device. Two remarks
 * mean something: `# 3.783 s` is the time since the recording began, `# the line is open` the first opening.
 */
import type { Milliseconds } from './contract.ts';

export interface TranscriptEntry {
  readonly by: 'host' | 'device';
  readonly bytes: Uint8Array;
  /** Remarked time since the entry before it, or since the line was opened; left out where none is. */
  readonly pauseMs?: Milliseconds;
}

export const LINE_IS_OPEN = 'the line is open';

const BYTES_PER_LINE = 32;
const MARKS = { host: '>', device: '<' } as const;

/** Throws where the text holds anything but marks, whole bytes and remarks. */
export function parseTranscript(text: string): TranscriptEntry[] {
  const entries: { by: TranscriptEntry['by']; hex: string; pauseMs: Milliseconds }[] = [];
  let now: Milliseconds = 0;
  let before: Milliseconds = 0;
  for (const line of text.split('\n')) {
    now = timeOf(line) ?? now;
    if (entries.length === 0 && line === formatRemark(LINE_IS_OPEN).trimEnd()) before = now;
    const said = line.replace(/#.*/, '').trimEnd();
    const by = speakerOf(said);
    const last = entries.at(-1);
    if (by) {
      entries.push({ by, hex: said.slice(1), pauseMs: now - before });
      before = now;
    } else if (last) last.hex += said;
    else if (said !== '') throw new Error('a transcript begins with > or <');
  }
  return entries.map(({ by, hex, pauseMs }) => ({
    by,
    bytes: bytesOf(hex),
    ...(pauseMs > 0 && { pauseMs }),
  }));
}

const speakerOf = (said: string): TranscriptEntry['by'] | null =>
  said.startsWith(MARKS.host) ? 'host' : said.startsWith(MARKS.device) ? 'device' : null;

/** Milliseconds since the recording began where the line is a remark of the time. */
function timeOf(line: string): Milliseconds | null {
  const [, seconds, thousandths] = /^# (\d{1,7})\.(\d{3}) s$/.exec(line) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1_000 + Number(thousandths);
}

/** The remark of a time since the recording began. */
export function formatTime(ms: Milliseconds): string {
  return formatRemark(`${(ms / 1_000).toFixed(3)} s`);
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
