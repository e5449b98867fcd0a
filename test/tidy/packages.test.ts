import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { product, ROOT } from './sources.ts';

/** Which packages of npm the product needs at run time. */

const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const texts = new Map(product.map(({ path, text }) => [path, text]));
/** Type imports and `import()` load nothing when the file is loaded. */
const LOADED =
  /(?:^|\n)\s*(?:import|export)(?!\s+type\b)\s[^;'"]*?from\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g;

/** Packages that are loaded with these files, each with the file that imports it. */
function packagesOf(paths: string[]): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set(paths);
  for (const path of seen) {
    for (const [, first, second] of (texts.get(path) ?? '').matchAll(LOADED)) {
      const name = first ?? second ?? '';
      if (name.startsWith('.')) seen.add(relative(ROOT, resolve(ROOT, dirname(path), name)));
      else if (!name.startsWith('node:')) packages.set(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name, path);
    }
  }
  return packages;
}

test('no command but the demo loads a package of development', () => {
  const commands = product.map(({ path }) => path).filter((path) => path.startsWith('gateway/cli/'));
  const packages = packagesOf(commands);
  expect([...packages.keys()]).toEqual(expect.arrayContaining(['fastify', 'serialport', 'aedes']));
  const others = [...packages].filter(([name]) => !Object.hasOwn(dependencies, name));
  expect(others.map(([name, path]) => `${path} loads ${name}`)).toEqual([]);
  expect(packagesOf(['gateway/demo/run.ts']).get('@lydell/node-pty')).toBe('drivers/simulator/pty.ts');
});
