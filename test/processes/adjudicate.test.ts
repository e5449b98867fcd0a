import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../clinic.ts';

interface Case {
  claim: unknown;
  answer: unknown;
}

const VECTORS = join(ROOT, 'policy/vectors');
const folder = mkdtempSync(join(tmpdir(), 'cunyitong-adjudicate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));

let bundles = 0;

/** Writes a bundle to a file of its own and runs the command on it, as a shell would. */
function adjudicate(bundle: unknown, input: string | Buffer) {
  const file = join(folder, `bundle-${++bundles}.json`);
  writeFileSync(file, typeof bundle === 'string' ? bundle : JSON.stringify(bundle));
  return run(['--bundle', file], input);
}

function run(
  words: string[],
  input: string | Buffer,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(join(ROOT, 'bin/cunyitong'), ['adjudicate', ...words], { stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (bytes) => out.push(bytes));
  child.stderr.on('data', (bytes) => err.push(bytes));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString();
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, out: text(out), err: text(err) })),
  );
}

/** Every line of output is one answer, the last one ended too. */
function answers(out: string): unknown[] {
  expect(out.endsWith('\n')).toBe(true);
  return out
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The vectors by bundle: one run of the command for each. */
function vectors(): Map<string, Case[]> {
  const all = new Map<string, Case[]>();
  for (const name of readdirSync(join(VECTORS, 'adjudication'))) {
    const { bundle, cases } = read(`adjudication/${name}`);
    const key = JSON.stringify(bundle);
    all.set(key, [...(all.get(key) ?? []), ...cases]);
  }
  return all;
}

const isInvalid = (answer: unknown) => (answer as { code?: string }).code === 'CLAIM_INVALID';

const { bundle, cases } = read('adjudication/seed-002.json') as { bundle: object; cases: Case[] };
const [{ claim, answer }] = cases as [Case];
const line = JSON.stringify(claim);

describe('adjudicate from the shell', () => {
  test('answers every vector, one line for one line, with exit code 0', async () => {
    let asked = 0;
    for (const [text, of] of vectors()) {
      const { code, out, err } = await adjudicate(
        text,
        of.map((one) => `${JSON.stringify(one.claim)}\n`).join(''),
      );
      expect(code).toBe(0);
      expect(answers(out)).toStrictEqual(of.map((one) => one.answer));
      const invalid = of.flatMap((one, i) => (isInvalid(one.answer) ? [`line ${i + 1}`] : []));
      expect(err.match(/^line \d+(?=: CLAIM_INVALID .)/gm) ?? []).toEqual(invalid);
      expect(err.split('\n')).toHaveLength(invalid.length + 1);
      asked += of.length;
    }
    expect(asked).toBeGreaterThan(58);
  }, 300_000);

  test('takes a last line without an end, CRLF, a claim of a megabyte, and characters cut between reads', async () => {
    const long = JSON.stringify({ ...(claim as object), note: '长'.repeat(350_000) });
    expect(Buffer.byteLength(long)).toBeGreaterThan(1_000_000);
    const { code, out } = await adjudicate(bundle, `${line}\r\n${long}\n${line}`);
    expect(code).toBe(0);
    const [first, second, third] = answers(out);
    expect([first, third]).toStrictEqual([answer, answer]);
    expect(second).toHaveProperty('outcome');
  });

  test('a broken line, an empty one and bytes that are no text are answered with an error each; the rest is not disturbed', async () => {
    const broken = [line.slice(0, 100), '', '   ', 'null', '[]', '"x"', '{"__proto__":1}'];
    const input = Buffer.concat([
      Buffer.from(`${broken.join('\n')}\n`),
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from(`${line}\n`),
    ]);
    const { code, out, err } = await adjudicate(bundle, input);
    expect([code, err]).toEqual([0, expect.stringContaining('line 1: is no claim in JSON')]);
    const all = answers(out);
    expect(all.pop()).toStrictEqual(answer);
    expect(all).toEqual(Array(8).fill({ outcome: 'error', code: 'CLAIM_INVALID' }));
  });

  test('a byte order mark is no part of a claim or a bundle, and GB18030 is converted with a word', async () => {
    const marked = `\ufeff${line}\n${line}\n\ufeff${line}\n`;
    const { out, err } = await adjudicate(`\ufeff${JSON.stringify(bundle)}`, marked);
    expect([answers(out), err]).toStrictEqual([[answer, answer, answer], '']);
    const note = JSON.stringify({ ...(claim as object), note: '浑源县永安镇，有高血压' });
    const gbk = Buffer.concat([iconv.encode(`${note}\n`, 'gb18030'), Buffer.from(`${line}\n`)]);
    const converted = await adjudicate(bundle, gbk);
    expect(answers(converted.out)).toStrictEqual([answer, answer]);
    expect(converted.err).toMatch(/^line 1: .*GB18030/);
  });

  test('a line that is no text is said with its number, and is never priced as something else', async () => {
    const bytes = Buffer.from(line);
    const broken = Buffer.concat([bytes.subarray(0, 20), Buffer.from([0xff]), bytes.subarray(20)]);
    const { code, out, err } = await adjudicate(bundle, Buffer.concat([bytes, Buffer.from('\n'), broken]));
    expect([code, answers(out)]).toStrictEqual([0, [answer, { outcome: 'error', code: 'CLAIM_INVALID' }]]);
    expect(err).toMatch(/line 2: is neither UTF-8 nor GB18030/);
  });

  test('only a line feed ends a line: other separators of lines may stand inside a claim', async () => {
    const separated = JSON.stringify({ ...(claim as object), note: 'a\u2028b\u2029c' });
    const { out } = await adjudicate(bundle, `${separated}\n${line}\n`);
    expect(answers(out)).toHaveLength(2);
    const halves = await adjudicate(bundle, `{"a":1}\r{"b":2}\n`);
    expect(answers(halves.out)).toEqual([{ outcome: 'error', code: 'CLAIM_INVALID' }]);
  });

  test('a claim whose amounts do not add up is refused whole', async () => {
    const wrong = structuredClone(claim) as { items: { det_item_fee_sumamt: string }[] };
    for (const item of wrong.items) item.det_item_fee_sumamt = '26.35';
    const { code, out } = await adjudicate(bundle, `${JSON.stringify(wrong)}\n`);
    expect(code).toBe(0);
    expect(answers(out)).toEqual([{ outcome: 'error', code: 'ITEM_AMOUNT_MISMATCH' }]);
  });

  test('a claim is strict: a member twice, a level or a code that only looks like one is said and not priced', async () => {
    const lines = [
      [
        line.replace('"chrgitm_lv":"', '"chrgitm_lv":"\u200b'),
        /line 1: CLAIM_INVALID \/items\/0\/chrgitm_lv not/,
      ],
      [
        line.replace(/"chrgitm_lv":"0/, '"chrgitm_lv":"'),
        /line 2: CLAIM_INVALID \/items\/0\/chrgitm_lv enum/,
      ],
      [line.replace(/"cnt":/, '"cnt":"1","cnt":'), /line 3: CLAIM_INVALID \/items\/0\/cnt twice/],
      [line.replace(/"brdy":"[^"]*"/, '"brdy":"1950-02-30"'), /line 4: CLAIM_INVALID \/person\/brdy format/],
      [line.replace('"balc":', '"blac":'), /line 5: CLAIM_INVALID \/person required balc/],
      [
        line.replace('"insutype":"390"', '"insutype":"３９０"'),
        /line 6: CLAIM_INVALID \/person\/insutype not/,
      ],
    ] as const;
    const input = `${lines.map(([text]) => text).join('\n')}\n${line}\n`;
    const { code, out, err } = await adjudicate(bundle, input);
    const invalid = Array(6).fill({ outcome: 'error', code: 'CLAIM_INVALID' });
    expect([code, answers(out)]).toStrictEqual([0, [...invalid, answer]]);
    for (const [, said] of lines) expect(err).toMatch(said);
    const file = join(folder, `bundle-${bundles}.json`);
    expect((await run(['--bundle', file, '--strict'], input)).code).toBe(1);
    expect((await run(['--bundle', file, '--strict'], line)).code).toBe(0);
  });

  test('no lines in, no lines out', async () => {
    expect(await adjudicate(bundle, '')).toEqual({ code: 0, out: '', err: '' });
  });

  test('a bundle that is refused answers every line so, and says where on standard error', async () => {
    const bad = { ...bundle, surprise: 1 };
    for (const broken of [bad, '{"bundle":', '[]']) {
      const { code, out, err } = await adjudicate(broken, `${line}\n${line}\n`);
      expect(code).toBe(0);
      expect(answers(out)).toEqual(Array(2).fill({ outcome: 'error', code: 'POLICY_INVALID' }));
      expect(err).toContain('.json');
      expect(err).not.toMatch(/\.ts:\d/);
    }
  });

  test('a bundle that is not there, or not named, is a mistake of the caller: exit code 2', async () => {
    for (const words of [[], ['--bundle', join(folder, 'none.json')]]) {
      const { code, out, err } = await run(words, `${line}\n`);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('cunyitong:');
      expect(err).not.toMatch(/\.ts:\d/);
    }
  });
});
