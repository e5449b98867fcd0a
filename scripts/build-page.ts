import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the doctor's page into dist/page when its sources have changed since the last time. */
const root = fileURLToPath(new URL('../', import.meta.url));
const stampFile = join(root, 'dist/page/.built-from');

function sourceStamp(): string {
  const hash = createHash('sha256');
  const page = readdirSync(join(root, 'gateway/clinic/page'), { recursive: true, withFileTypes: true });
  const files = page.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const besides = ['gateway/clinic/visit/limits.ts', 'vite.config.ts', 'package-lock.json'];
  for (const file of [...files.sort(), ...besides.map((one) => join(root, one))])
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function builtFrom(): string {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return '';
  }
}

const stamp = sourceStamp();
if (builtFrom() !== stamp) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stampFile, stamp);
}
