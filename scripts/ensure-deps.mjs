// Plain JavaScript on purpose: it is what installs the Node that can run TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const STAMP = 'node_modules/.lock-sha256';
const read = (path) => {
  try {
    return readFileSync(new URL(path, root));
  } catch {
    return null;
  }
};

const want = createHash('sha256')
  .update(read('package-lock.json') ?? '')
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

if (read(STAMP)?.toString() !== want) {
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.env.npm_node_execpath ?? process.execPath, [npm]] : ['npm', []];
  const install = [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // Standard output belongs to the command that needed the packages.
  const result = spawnSync(command, install, { stdio: ['inherit', 2, 2], cwd: root });
  if (result.status !== 0) {
    console.error('npm ci failed: see the lines above');
    process.exit(result.status ?? 1);
  }
  writeFileSync(new URL(STAMP, root), want);
}
