import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { ROOT, runCommand } from './clinic.ts';

const bundle = (name: string) => join(ROOT, 'policy/bundles', name);

describe('the command line', () => {
  test('help tells every command, and a word it does not know is answered in one line', async () => {
    const help = await runCommand(['help']);
    for (const name of ['demo', 'gateway', 'township run', 'ledger verify', 'adjudicate', 'policy check'])
      expect(help.out).toContain(name);
    const unknown = await runCommand(['ledger', 'burn']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('no command ledger burn');
    expect(unknown.err).not.toMatch(/\n\s+at /);
  });

  test('the shipped bundles are good, without a single doubt', async () => {
    const files = readdirSync(join(ROOT, 'policy/bundles')).map(bundle);
    const { code, out } = await runCommand(['policy', 'check', ...files]);
    expect(out.trim().split('\n')).toEqual(files.map((file) => `${file}: good`));
    expect(code).toBe(0);
  });

  test('a broken bundle is told by line, path and cure, in both languages', async () => {
    const { code, out } = await runCommand([
      'policy',
      'check',
      join(ROOT, 'policy/broken/rate-per-cent.yaml'),
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/rate-per-cent\.yaml:\d+ error NOT_DECIMAL pool\[1\]/);
    expect(out).toMatch(/不是比例/);
  });

  test('a bundle of Notepad is read as it was meant, and what is no text is not guessed at', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cunyitong-bundle-'));
    const file = join(folder, 'b.json');
    const written = readFileSync(bundle('shanwei.json'), 'utf8');
    writeFileSync(file, iconv.encode(written, 'gb18030'));
    const leaflet = await runCommand(['policy', 'explain', file]);
    expect(leaflet.out).toContain('汕尾市城乡居民门诊');
    expect(leaflet.err).toContain('GB18030');
    writeFileSync(file, Buffer.from(`\ufeff${written}`));
    expect(await runCommand(['policy', 'check', file])).toMatchObject({ code: 0, err: '' });
    writeFileSync(file, Buffer.from(written).subarray(0, Buffer.from(written).indexOf('汕') + 1));
    expect((await runCommand(['policy', 'check', file])).err).toContain('TEXT_UNREADABLE');
    writeFileSync(file, written.replace('"390"', '"390\u200b"'));
    const unseen = await runCommand(['policy', 'check', file]);
    expect([unseen.code, unseen.out]).toEqual([
      1,
      expect.stringMatching(/b\.json:10 error TEXT_CONTROL insutype/),
    ]);
    rmSync(folder, { recursive: true });
  });

  test('a bundle reads as a leaflet, and two of them as their difference', async () => {
    const leaflet = await runCommand(['policy', 'explain', bundle('shanwei.json')]);
    expect(leaflet.out).toContain('报多少：55%');
    const diff = await runCommand(['policy', 'diff', bundle('datong-hunyuan.json'), bundle('shanwei.json')]);
    expect(JSON.parse(diff.out).changes.length).toBeGreaterThan(5);
  });
});
