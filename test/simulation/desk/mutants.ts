/**
 * Faults put into a copy of the real code, one at a time: each must be found by fresh seeds within five minutes.
 * `node test/simulation/desk/mutants.ts [name]`. A mutant that no seed finds is a hole in the simulation.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Mutant {
  name: string;
  file: string;
  from: string;
  to: string;
}

export const MUTANTS: Mutant[] = [
  {
    name: 'the request id is not looked up',
    file: 'gateway/ledger/acts.ts',
    from: 'const before = settledBy(act.request);',
    to: 'const before = null as ReturnType<typeof settledBy>;',
  },
  {
    name: 'one bucket is skipped',
    file: 'gateway/ledger/apply.ts',
    from: 'for (const put of body.put) addPut(store, vault.clinic(clinic), person, put, 1);',
    to: 'for (const put of body.put.slice(1)) addPut(store, vault.clinic(clinic), person, put, 1);',
  },
  {
    name: 'a reversal takes back nothing',
    file: 'gateway/ledger/apply.ts',
    from: 'addPut(store, vault.clinic(clinic), original.person, put, -1);',
    to: 'addPut(store, vault.clinic(clinic), original.person, put, 1);',
  },
  {
    name: 'the head moves though the commit failed',
    file: 'gateway/ledger/chain.ts',
    from: 'next = { seq, hash };',
    to: 'head = next = { seq, hash };',
  },
  {
    name: 'totals are written in a transaction of their own',
    file: 'gateway/ledger/model-store.ts',
    from: 'if (this.#undo) for (const step of undo.reverse()) step();',
    to: 'if (this.#undo) for (const step of undo.slice(1).reverse()) step();',
  },
  {
    name: 'the delivery mark only moves forward',
    file: 'gateway/ledger/delivery.ts',
    from: 'held = through;',
    to: 'held = Math.max(held, through);',
  },
  {
    name: 'receipts say nothing about the time',
    file: 'gateway/ledger/delivery.ts',
    from: "chain.time.heardNow(instantIn(receiptJws, 'at'));",
    to: '',
  },
  {
    name: 'a full disk refuses for ever',
    file: 'gateway/ledger/disk.ts',
    from: "free < RESERVE_BYTES ? 'DISK_FULL'",
    to: "free < RESERVE_BYTES || store.meta('x') !== null ? (store.meta('x') ?? store.transact(() => store.setMeta('x', 'y')), 'DISK_FULL')",
  },
  {
    name: 'the uplink skips a record',
    file: 'gateway/ledger/delivery.ts',
    from: 'const rows = store.records(after + texts.length,',
    to: 'const rows = store.records(after + texts.length + (texts.length === 7 ? 1 : 0),',
  },
  {
    name: 'the township books what it already holds',
    file: 'sync/township/totals.ts',
    from: 'ON CONFLICT DO UPDATE SET amount = amount + excluded.amount',
    to: 'ON CONFLICT DO UPDATE SET amount = amount + 2 * excluded.amount',
  },
  {
    name: 'after a reconnect the box goes on from what it sent',
    file: 'gateway/ledger/chain.ts',
    from: "const ledger = store.meta('ledger') ?? ",
    to: 'const ledger = ',
  },
];

const root = new URL('../../../', import.meta.url).pathname;
const SECONDS_MAX = 300;

function foundIn(mutant: Mutant): { seconds: number; said: string } | null {
  const copy = mkdtempSync(join(tmpdir(), 'cyt-mutant-'));
  try {
    for (const folder of ['gateway', 'sync', 'policy', 'drivers', 'firmware-bridge', 'test', 'package.json'])
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const text = readFileSync(join(copy, mutant.file), 'utf8');
    if (!text.includes(mutant.from)) throw new Error(`${mutant.name}: ${mutant.file} has changed`);
    writeFileSync(
      join(copy, mutant.file),
      text.replace(mutant.from, () => mutant.to),
    );
    const from = performance.now();
    const program = [
      join(copy, 'test/simulation/desk/main.ts'),
      '--hours',
      '12',
      '--runs',
      '1000',
      '--minutes',
      String(SECONDS_MAX / 60),
    ];
    const run = spawnSync(process.execPath, program, { encoding: 'utf8', timeout: SECONDS_MAX * 1000 });
    if (run.status === 0 || run.error) return null;
    const said = (run.stdout + run.stderr).split('\n').find((line) => /^ {2}|Error/.test(line)) ?? '';
    return { seconds: (performance.now() - from) / 1000, said: said.trim() };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

let missed = 0;
for (const mutant of MUTANTS.filter(({ name }) => name.includes(process.argv[2] ?? ''))) {
  const found = foundIn(mutant);
  if (!found) missed++;
  console.log(
    `mutant ${found ? `found in ${found.seconds.toFixed(0)} s` : 'NOT FOUND'}: ${mutant.name}${found ? ` (${found.said})` : ''}`,
  );
}
console.log(`mutants missed ${missed}`);
process.exitCode = missed === 0 ? 0 : 1;
