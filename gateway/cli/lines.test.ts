import { expect, test } from 'vitest';
import { linesOf } from './lines.ts';

async function read(...chunks: string[]): Promise<string[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of linesOf(stream())) lines.push(line);
  return lines;
}

test('a line ends at a line feed and nowhere else', async () => {
  expect(await read('a\u2028b\r', 'c\n\nd')).toEqual(['a\u2028b\rc', '', 'd']);
  expect(await read('a\n')).toEqual(['a']);
  expect(await read()).toEqual([]);
});

test('of a line that comes in pieces 16 Mi characters are kept at most', async () => {
  const half = 'x'.repeat(10_000_000);
  const [line = '', next] = await read('a', half, half, '\nb');
  expect([line.length, next]).toEqual([16_777_216, 'b']);
});
