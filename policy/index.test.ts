/** What a box loads of policy: in a Node process of its own, which tells every module that it loads. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const POLICY = new URL('./', import.meta.url).href;

function loadedBy(path: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
    await import(${JSON.stringify(POLICY + path)});
    console.log(JSON.stringify(urls));
  `;
  const urls: string[] = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  );
  return urls.map((url) => (url.startsWith(POLICY) ? url.slice(POLICY.length) : url));
}

/** A file of policy that is no author's tool. */
const boxUses = (name: string) => !/^author\/|:/.test(name);

it('a box loads files of policy only, and none of the author’s tools', () => {
  const names = loadedBy('index.ts');
  expect(names).toContain('price/adjudicate.ts');
  expect(names.filter((name) => !boxUses(name))).toEqual([]);
});

it('the author’s door loads a parser that a box has no use for', () => {
  const others = loadedBy('author/index.ts').filter((name) => !boxUses(name));
  expect(others).toContain('author/check.ts');
  expect(others.some((name) => name.includes('/node_modules/yaml/'))).toBe(true);
});
