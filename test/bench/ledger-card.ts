/**
 * Settling on a disk whose sync takes 3 ms more than this machine's, as that of a memory card does:
 * `ledger.ts` under strace, which holds up
 * every fsync and fdatasync, of the floor too. The last lines are `bench ledger-card.<name> <value>`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FLAGS } from '../flags.ts';

const ACTS = 600;
const LATER_US = 3_000;

const { stdout, status } = spawnSync(
  'strace',
  [
    ...['-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
    ...['-e', `inject=fsync,fdatasync:delay_exit=${LATER_US}`],
    ...[process.execPath, ...FLAGS, join(import.meta.dirname, 'ledger.ts'), String(ACTS)],
  ],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
if (status !== 0) throw new Error(`strace ended with ${status}`);
for (const line of stdout.split('\n'))
  if (/^bench ledger\.(floor|settle)_/.test(line))
    console.log(line.replace('bench ledger.', 'bench ledger-card.'));
