/**
 * A desk on a failing disk: asks each settlement up to three times, says how each went, and then what can
 * still be read.
 * `node stubborn.ts FILE COUNT`; strace makes the disk fail.
 */
import { randomBytes } from 'node:crypto';
import { createLedger, createSealer, LedgerError } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { bodyOf, CLINIC, KEYS, randomOf } from '../../gateway/ledger/testing/fixtures.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';

const [file = '', count = '0'] = process.argv.slice(2);
const random = (bytes: number) => randomBytes(bytes);
const parts = {
  keys: KEYS,
  clinic: CLINIC,
  clock: { now: () => Date.now() },
  random,
  opening: { facts: {} },
};
const store = openSqliteStore(file);
const ledger = createLedger({ store, ...parts });

function ask(request: string): string {
  try {
    const body = (seq: number) => bodyOf(ledger.ledger, seq, { request });
    const { repeated } = ledger.settle({ operator: 'D', request, body });
    return repeated ? 'before' : 'settled';
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error);
  }
}
for (let n = 0; n < Number(count); n++) {
  const answers = [ask(`r${n}`)];
  while (answers.length < 3 && !['settled', 'before'].includes(answers.at(-1) ?? ''))
    answers.push(ask(`r${n}`));
  console.log(`r${n} ${answers.join(' ')}`);
}
console.log(`state ${ledger.disk().code} visits ${ledger.todayTotals('2026-11-22').visits}`);
const { flaws } = verifyLedger(store, createSealer(KEYS.dataKey, randomOf('v')), () => KEYS.signing);
console.log(`flaws ${flaws.length}`);
