/** Reads a job as a person would read the paper: lines, QR codes, cuts. For tests and the demo panel. */
import iconv from 'iconv-lite';
import { columnsOf } from './columns.ts';
import { type Token, Tokenizer } from './tokens.ts';

interface PrintedJob {
  readonly lines: readonly string[];
  /** Columns of the widest line; 48 fit on 80 mm paper. */
  readonly widest: number;
  /** Contents of QR codes that the printer was asked to draw; one sent as an image is counted in `images`. */
  readonly qr: readonly string[];
  readonly images: number;
  readonly cuts: number;
  /** Commands that no rule here knows; a good job has none. */
  readonly unknown: number;
}

const DOTS_PER_COLUMN = 12;

export function decodeJob(job: Uint8Array): PrintedJob {
  const page = new Page();
  for (const token of new Tokenizer().push(job)) page.take(token);
  return page.finish();
}

/** How many answers of GS r the job asks for by itself. */
export function completionsAskedBy(job: Uint8Array): number {
  return new Tokenizer().push(job).filter((token) => token.kind === 'completion').length;
}

class Page {
  readonly #lines: string[] = [];
  readonly #qr: string[] = [];
  #widest = 0;
  #images = 0;
  #cuts = 0;
  #unknown = 0;
  #line = '';
  #columns = 0;
  /** Where the next text begins, in dots. */
  #dots = 0;
  #chinese = true;
  #widthFactor = 1;
  #stored = '';

  take(token: Token): void {
    const argument = token.bytes[2] ?? 0;
    switch (token.kind) {
      case 'text':
        this.#write(token.bytes);
        break;
      case 'feed':
        this.#feed(token.bytes);
        break;
      case 'kanji':
        this.#chinese = token.bytes[1] === 0x26;
        break;
      case 'size':
        this.#widthFactor = ((argument >> 4) & 7) + 1;
        break;
      case 'position':
        this.#move(token.bytes[1] === 0x24, argument + (token.bytes[3] ?? 0) * 256);
        break;
      case 'code':
        this.#code(token.bytes);
        break;
      case 'image':
        // GS ( L / GS 8 L in two steps: store (112) and print (50); one picture, not two.
        if (token.bytes.length > 8) this.#images += 1;
        break;
      case 'cut':
        this.#cuts += 1;
        break;
      case 'unknown':
        this.#unknown += 1;
        break;
      default:
        break; // Settings change how it looks, not what it says.
    }
  }

  finish(): PrintedJob {
    if (this.#line !== '') this.#endLine();
    return {
      lines: this.#lines,
      widest: this.#widest,
      qr: this.#qr,
      images: this.#images,
      cuts: this.#cuts,
      unknown: this.#unknown,
    };
  }

  #write(bytes: Uint8Array): void {
    const column = Math.round(this.#dots / DOTS_PER_COLUMN);
    if (column > this.#columns) {
      this.#line += ' '.repeat(column - this.#columns);
      this.#columns = column;
    }
    // Outside Chinese mode the upper half holds the pieces of ruled lines.
    const text = this.#chinese
      ? iconv.decode(Buffer.from(bytes), 'gb18030')
      : [...bytes].map((byte) => (byte < 0x7f ? String.fromCharCode(byte) : '-')).join('');
    this.#line += text;
    this.#columns += columnsOf(text) * this.#widthFactor;
    this.#widest = Math.max(this.#widest, this.#columns);
    this.#dots = this.#columns * DOTS_PER_COLUMN;
  }

  #move(absolute: boolean, dots: number): void {
    const signed = dots >= 0x8000 ? dots - 0x10000 : dots;
    this.#dots = absolute ? dots : Math.max(0, this.#dots + signed);
  }

  #feed(bytes: Uint8Array): void {
    this.#endLine();
    // ESC d n feeds n lines, ESC J n feeds dots, LF one line.
    const extra = bytes[1] === 0x64 ? (bytes[2] ?? 0) - 1 : 0;
    for (let i = 0; i < extra; i++) this.#lines.push('');
  }

  #endLine(): void {
    this.#lines.push(this.#line);
    this.#line = '';
    this.#columns = 0;
    this.#dots = 0;
  }

  #code(bytes: Uint8Array): void {
    if (bytes[5] !== 0x31) return;
    if (bytes[6] === 0x50) this.#stored = Buffer.from(bytes.subarray(8)).toString('utf8');
    if (bytes[6] === 0x51) this.#qr.push(this.#stored);
  }
}
