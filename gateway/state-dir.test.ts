import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStateDir } from './state-dir.ts';

test.each([
  ['owner', 0o600],
  ['group', 0o640],
] as const)('a file that everybody can read is closed when it is read, to %s', (readers, mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-state-'));
  writeFileSync(join(folder, 'keys.json'), '{}');
  chmodSync(join(folder, 'keys.json'), 0o644);
  expect(openStateDir(folder, readers).read('keys.json')).toBe('{}');
  expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(mode);
  rmSync(folder, { recursive: true });
});
