import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { transform } from 'receiptline';
import { describe, expect, test } from 'vitest';
import { parseTranscript } from '../transcript.ts';
import { type Answer, AnswerReader, askStatus, isPaperLow, type RawStatus, troubleOf } from './codec.ts';
import { completionsAskedBy, decodeJob } from './job.ts';
import { TOKEN_BYTES_MAX, type Token, Tokenizer } from './tokens.ts';

const TRANSCRIPT = parseTranscript(
  readFileSync(new URL('./frames/slip-and-paper-end.hex', import.meta.url), 'utf8'),
);

const WELL: RawStatus = { printer: 0x12, offline: 0x12, error: 0x12, paper: 0x12 };

describe('status', () => {
  test.each([
    [{}, null],
    [{ printer: 0x16 }, null], // drawer pin
    [{ paper: 0x1e }, null], // near end is a warning
    [{ printer: 0x1a }, 'PRINTER_OFFLINE'],
    [{ printer: 0x1a, offline: 0x16 }, 'PRINTER_COVER_OPEN'],
    [{ printer: 0x1a, offline: 0x36, paper: 0x72 }, 'PRINTER_COVER_OPEN'],
    [{ printer: 0x1a, offline: 0x32 }, 'PRINTER_PAPER_END'],
    [{ paper: 0x72 }, 'PRINTER_PAPER_END'],
    [{ offline: 0x52 }, 'PRINTER_ERROR'],
    [{ error: 0x1a }, 'PRINTER_ERROR'],
    [{ error: 0x32 }, 'PRINTER_ERROR'],
    [{ error: 0x52 }, 'PRINTER_ERROR'],
  ])('%o is %s', (change, code) => {
    expect(troubleOf({ ...WELL, ...change })).toBe(code);
  });

  test('paper near its end', () => {
    expect(isPaperLow({ ...WELL, paper: 0x1e })).toBe(true);
    expect(isPaperLow(WELL)).toBe(false);
  });
});

describe('what a printer says', () => {
  test('the transcript is understood byte for byte', () => {
    const reader = new AnswerReader();
    const answers: Answer[] = [];
    for (const said of TRANSCRIPT) {
      if (said.by === 'device') answers.push(...reader.push(said.bytes));
    }
    const [printer, offline, error, paper] = answers
      .slice(-4)
      .map((answer) => (answer.kind === 'status' ? answer.byte : 0));
    expect(answers.map((answer) => answer.kind)).toEqual([
      ...['status', 'status', 'status', 'status', 'text', 'text', 'completion'],
      ...['status', 'status', 'status', 'status'],
    ]);
    expect(answers[4]).toEqual({ kind: 'text', text: 'SIM-80' });
    const status = { printer: printer ?? 0, offline: offline ?? 0, error: error ?? 0, paper: paper ?? 0 };
    expect(troubleOf(status)).toBe('PRINTER_PAPER_END');
  });

  test('a text that never ends holds up nothing for long', () => {
    const reader = new AnswerReader();
    reader.push(Buffer.from(`_${'x'.repeat(80)}`));
    expect(reader.push(Uint8Array.of(0x12))).toEqual([{ kind: 'status', byte: 0x12 }]);
  });

  test('any cutting of any bytes gives the same answers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const whole = new AnswerReader().push(bytes);
        const reader = new AnswerReader();
        const pieces: Answer[] = [];
        for (let at = 0; at < bytes.length; at += size)
          pieces.push(...reader.push(bytes.subarray(at, at + size)));
        expect(pieces).toEqual(whole);
      }),
    );
  });
});

describe('what a printer hears', () => {
  test('the transcript reads as a person reads the paper', () => {
    const jobs = TRANSCRIPT.filter((said) => said.by === 'host' && said.bytes[0] !== 0x10).map((said) =>
      decodeJob(said.bytes),
    );
    expect(jobs[2]).toEqual({
      lines: [`阿莫西林${' '.repeat(32)}8.50`, '', ''],
      widest: 44,
      qr: [],
      images: 0,
      cuts: 1,
      unknown: 0,
    });
    expect(jobs[4]).toEqual({ lines: [], widest: 0, qr: ['ab'], images: 0, cuts: 1, unknown: 0 });
  });

  test("every command of receiptline's slips is known: rules, columns, large type, QR code, cut", () => {
    const doc = [
      '^^^某村卫生室',
      '{w:* 10}',
      '甘草片 | 3.20',
      '-',
      '总费用 | ^^26.34',
      '{code:abc; option:qrcode,4,M}',
      '=',
    ].join('\n');
    for (const command of ['escpos', 'epson', 'generic'] as const) {
      const job = Buffer.from(
        transform(doc, { cpl: 48, encoding: 'gb18030', command, cutting: true }),
        'latin1',
      );
      const read = decodeJob(job);
      expect(read.unknown).toBe(0);
      expect(read.images).toBe(1);
      expect(read.lines.join('\n')).toMatch(/某村卫生室[\s\S]*甘草片 +3\.20[\s\S]*总费用 +26\.34/);
      expect(completionsAskedBy(job)).toBe(1);
    }
  });

  test('every common Chinese character, full-width digits and the yen sign come back as they were', () => {
    // The first level of GB 2312: 3,755 characters, and the signs that went wrong elsewhere.
    const characters: string[] = [];
    for (let high = 0xb0; high <= 0xd7; high++) {
      for (let low = 0xa1; low <= (high === 0xd7 ? 0xf9 : 0xfe); low++) {
        characters.push(iconv.decode(Buffer.from([high, low]), 'gb18030'));
      }
    }
    expect(characters).toHaveLength(3_755);
    const text = `${characters.join('')}０１２３￥¥μ㎡①`;
    const job = Buffer.concat([Uint8Array.of(0x1c, 0x26), iconv.encode(`${text}\n`, 'gb18030')]);
    expect(decodeJob(job).lines).toEqual([text]);
  });

  test('any cutting of any bytes gives the same commands, loses no byte and keeps little', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom<Uint8Array>(
        askStatus(1),
        Uint8Array.of(0x1d),
        Uint8Array.of(0x1b, 0x2a, 0x21, 3, 0),
        Uint8Array.of(0x1d, 0x38, 0x4c, 9, 9, 9, 9),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 11 }), (pieces, size) => {
        const bytes = Buffer.concat(pieces);
        const tokenizer = new Tokenizer();
        const tokens: Token[] = [];
        for (let at = 0; at < bytes.length; at += size)
          tokens.push(...tokenizer.push(bytes.subarray(at, at + size)));
        expect(commands(tokens)).toEqual(commands(new Tokenizer().push(bytes)));
        const taken = Buffer.concat(tokens.map((token) => token.bytes));
        expect(taken.equals(bytes.subarray(0, taken.length))).toBe(true);
        expect(bytes.length - taken.length).toBeLessThanOrEqual(TOKEN_BYTES_MAX);
      }),
    );
  });

  test('control characters that are no command are counted as unknown', () => {
    const read = decodeJob(Uint8Array.of(0x41, 0x09, 0x0d, 0x07, 0x42, 0x00, 0x0a));
    expect([read.unknown, read.lines]).toEqual([2, ['AB']]);
  });

  test('a command that claims four gigabytes is not waited for', () => {
    const tokens = new Tokenizer().push(Uint8Array.of(0x1d, 0x38, 0x4c, 0xff, 0xff, 0xff, 0xff, 0x0a));
    expect(tokens.at(-1)?.kind).toBe('feed');
  });
});

/** Text may be cut anywhere; what counts is what stands between two commands. */
function commands(tokens: readonly Token[]): string[] {
  const list: string[] = [];
  for (const token of tokens) {
    const hex = Buffer.from(token.bytes).toString('hex');
    if (token.kind === 'text' && list.at(-1)?.startsWith('text')) list.push(`${list.pop()}${hex}`);
    else list.push(`${token.kind} ${hex}`);
  }
  return list;
}

test('graphics by GS ( L are an image, and GS ( k is a code', () => {
  const kindOf = (...bytes: number[]) => new Tokenizer().push(Uint8Array.from(bytes)).map(({ kind }) => kind);
  expect(kindOf(0x1d, 0x28, 0x4c, 2, 0, 0x30, 0x45)).toEqual(['image']);
  expect(kindOf(0x1d, 0x28, 0x6b, 2, 0, 0x31, 0x51)).toEqual(['code']);
});
