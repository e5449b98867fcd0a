/** For tests: reads ESC/POS back as a printer would, and refuses a command it does not know. */
import { columnsOf } from '../text.ts';

/** Bytes of each command that receiptline sends, its own parameters included; GS ( k tells its length itself. */
const LENGTHS: Record<string, number> = {
  '\x1b@': 2,
  '\x1b2': 2,
  '\x1bM': 3,
  '\x1b ': 3,
  '\x1b{': 3,
  '\x1ba': 3,
  '\x1b-': 3,
  '\x1bE': 3,
  '\x1bt': 3,
  '\x1b$': 4,
  '\x1b\\': 4,
  '\x1c&': 2,
  '\x1c.': 2,
  '\x1c-': 3,
  '\x1cS': 4,
  '\x1da': 3,
  '\x1dB': 3,
  '\x1d!': 3,
  '\x1dr': 3,
  '\x1dL': 4,
  '\x1dW': 4,
  '\x1dV': 4,
};
export type Printed = { lines: { text: string; columns: number }[]; qr: string[]; cuts: number };

/** What a printer would put on paper. */
export function print(bytes: Uint8Array): Printed {
  const printed: Printed = { lines: [], qr: [], cuts: 0 };
  const decoder = new TextDecoder('gb18030', { fatal: true });
  let text = '';
  let columns = 0;
  let scale = 1;
  let stored = '';
  const at = (i: number) => bytes[i] ?? 0;
  for (let i = 0; i < bytes.length; ) {
    const two = String.fromCharCode(at(i), at(i + 1));
    if (at(i) === 0x0a) {
      printed.lines.push({ text, columns });
      text = '';
      columns = 0;
      i += 1;
    } else if (two === '\x1d(' || two === '\x1c(') {
      const end = i + 5 + at(i + 3) + at(i + 4) * 256;
      const body = Buffer.from(bytes.subarray(i + 5, end)).toString('latin1');
      if (body.startsWith('1P0')) stored = body.slice(3);
      if (body === '1Q0') printed.qr.push(stored);
      i = end;
    } else if (at(i) < 0x20) {
      const length = LENGTHS[two];
      if (length === undefined) throw new Error(`unknown command ${JSON.stringify(two)} at ${i}`);
      const parameter = at(i + 2) + at(i + 3) * 256;
      if (two === '\x1b$') columns = parameter / 12;
      if (two === '\x1b\\') columns += parameter / 12;
      if (two === '\x1d!') scale = (at(i + 2) >> 4) + 1;
      if (two === '\x1dV') printed.cuts += 1;
      i += length;
    } else {
      let end = i;
      while (end < bytes.length && at(end) >= 0x20) end += 1;
      const piece = decoder.decode(bytes.subarray(i, end));
      text += piece;
      columns += columnsOf(piece) * scale;
      i = end;
    }
  }
  return printed;
}
