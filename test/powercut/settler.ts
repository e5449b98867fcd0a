/**
 * The process whose power is cut: settles and says so, one line per acknowledgement, while strace writes down
 * what it asks of the disk. `node settler.ts FILE COUNT MUTANT`. The mutants are faults that the power cuts
 * must find.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { createLedger } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { bodyOf, CLINIC, KEYS } from '../../gateway/ledger/testing/fixtures.ts';

const [file = '', count = '0', mutant = 'none'] = process.argv.slice(2);
const say = (text: string) => writeSync(1, `${text}\n`);

/** Takes FULL for another level, and reports FULL when asked: what a wrong build of SQLite would do. */
function lowerDurability(level: string): void {
  const real = Database.prototype.pragma;
  Database.prototype.pragma = function (text, options) {
    if (text === 'synchronous') return 2;
    return real.call(this, text === 'synchronous = FULL' ? `synchronous = ${level}` : text, options);
  };
}
if (mutant === 'NORMAL' || mutant === 'OFF') lowerDurability(mutant);

const random = (bytes: number) => randomBytes(bytes);
const parts = {
  keys: KEYS,
  clinic: CLINIC,
  clock: { now: () => Date.now() },
  random,
  opening: { facts: {} },
};
const ledger = createLedger({ store: openSqliteStore(file), ...parts });
say('ready');
for (let n = 0; n < Number(count); n++) {
  const request = `r${n}`;
  const { seq } = ledger.settle({
    operator: 'D140225000001',
    request,
    body: (next) => {
      if (mutant === 'early') say(`ack ${request} ${next}`);
      return bodyOf(ledger.ledger, next, { request, psn_no: `P${n % 40}` });
    },
  });
  if (mutant !== 'early') say(`ack ${request} ${seq}`);
  if (n % 20 === 19) ledger.maintain(); // copies the WAL back: a power cut there must do no harm either
  ledger.setPrintState(seq, 0, 'printing');
  ledger.setPrintState(seq, 0, 'printed');
  if (n % 10 === 9)
    ledger.reverse({
      operator: 'D',
      request: `b${n}`,
      seq,
      reason: 'r',
      day: '2026-11-22',
      refund: [{ way: 'cash', amount: '11.42' }],
    });
}
ledger.close();
say('closed');
