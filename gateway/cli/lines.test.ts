import { expect, test } from 'vitest';
import { linesOf } from './lines.ts';

async function read(...chunks: (string | Buffer)[]): Promise<string[]> {
  async function* stream() {
    yield* chunks.map((chunk) => Buffer.from(chunk));
  }
  const lines: string[] = [];
  for await (const line of linesOf(stream())) lines.push(Buffer.from(line).toString());
  return lines;
}

test('a line ends at a line feed and nowhere else', async () => {
  expect(await read('a\u2028b\r', 'c\n\nd')).toEqual(['a\u2028b\rc', '', 'd']);
  expect(await read('a\n')).toEqual(['a']);
  expect(await read()).toEqual([]);
});

test('a character may be cut between two reads', async () => {
  const bytes = Buffer.from('刘\n建');
  expect(await read(bytes.subarray(0, 1), bytes.subarray(1, 5), bytes.subarray(5))).toEqual(['刘', '建']);
});

test('of a line that comes in pieces 16 MiB are kept at most', async () => {
  const half = 'x'.repeat(10_000_000);
  const [line = '', next] = await read('a', half, half, '\nb');
  expect([line.length, next]).toEqual([16_777_216, 'b']);
});
