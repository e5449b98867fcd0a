import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatEntry, formatRemark, formatTime, LINE_IS_OPEN, parseTranscript } from './transcript.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a transcript', () => {
  test('is read with its remarks, its blank lines and its entries over several lines', () => {
    const text = '# head\n\n> AA bb # why\n<\n  01 02\n  03\n> 0405\n<\n';
    expect(parseTranscript(text)).toEqual([
      { by: 'host', bytes: bytes(0xaa, 0xbb) },
      { by: 'device', bytes: bytes(1, 2, 3) },
      { by: 'host', bytes: bytes(4, 5) },
      { by: 'device', bytes: bytes() },
    ]);
    expect(parseTranscript('')).toEqual([]);
  });

  test('has the pauses between its entries, the first since the line was first open', () => {
    const open = formatRemark(LINE_IS_OPEN);
    const text = `# 1.000 s\n${open}# 2.500 s\n< 01\n< 02\n# 4.500 s\n${open}# 5.000 s\n> 03\n`;
    expect(parseTranscript(text)).toEqual([
      { by: 'device', bytes: bytes(1), pauseMs: 1_500 },
      { by: 'device', bytes: bytes(2) },
      { by: 'host', bytes: bytes(3), pauseMs: 2_500 },
    ]);
    expect(formatTime(83)).toBe('# 0.083 s\n');
    const written = formatTime(61_083) + formatEntry({ by: 'host', bytes: bytes(1) });
    expect(parseTranscript(written)).toEqual([{ by: 'host', bytes: bytes(1), pauseMs: 61_083 }]);
  });

  test.each(['> A', '> AG', '> AA\nhello', 'AA BB', '> AA < BB'])('%j is refused', (text) => {
    expect(() => parseTranscript(text)).toThrow(/transcript/);
  });

  test('of any entries comes back as it was written', () => {
    const entry = fc.record({
      by: fc.constantFrom('host' as const, 'device' as const),
      bytes: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const text = entries.map((one) => formatRemark('<> AA\nBB') + formatEntry(one)).join('');
        expect(parseTranscript(text)).toEqual(entries);
        for (const line of text.split('\n')) expect(line.length).toBeLessThan(110);
      }),
    );
  });
});
