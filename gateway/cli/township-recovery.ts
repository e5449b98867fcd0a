import { existsSync, writeFileSync } from 'node:fs';
import { dataKeyFile, readRecoveryKey } from '../../sync/record/key-file.ts';
import { fromBase64url } from '../../sync/record/keys.ts';
import { unwrap } from '../../sync/record/seal.ts';
import { LedgerError } from '../ledger/index.ts';
import { realClock } from '../real.ts';
import { openStoreFile } from './backup-file.ts';
import { type Command, need, readNamed, text, UsageError } from './command.ts';
import { withOffice } from './township-office.ts';

/** Writes a new file that only its owner may read; it never shows on a screen, and never replaces another. */
function writePrivately(file: string, content: string): void {
  writeFileSync(file, content, { flag: 'wx', mode: 0o600, flush: true });
}

/** Needs nothing but these two files: for the offline machine on which the recovery key is. */
const unwrapped: Command = {
  takes: '--from BACKUP --recovery FILE --to FILE',
  does: 'opens the data key of a backup with the township’s recovery key and writes it to a private file, for `ledger restore --keys`',
  options: { from: text, recovery: text, to: text },
  async run(values) {
    const recovery = readRecoveryKey(readNamed(values, 'recovery'));
    if (existsSync(need(values, 'to'))) throw new UsageError(`--to ${values.to} is there already`);
    const store = openStoreFile(need(values, 'from'));
    try {
      const wrapped = store.meta('data_key');
      if (wrapped === null) throw new LedgerError('BACKUP_LOCKED', 'no wrapped key in this file');
      writePrivately(need(values, 'to'), dataKeyFile(unwrap(recovery, fromBase64url(wrapped))));
      process.stdout.write(`${JSON.stringify({ ledger: store.meta('ledger'), keys: values.to })}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};

const revoke: Command = {
  takes: '--state DIR --ledger ID',
  does: 'a box is stolen or lost: its login closes, what it signs from now on is refused; what is held stays valid',
  options: { state: text, ledger: text },
  run: (values) =>
    withOffice(values, ({ store }) => {
      const row = store.ledgers.get(need(values, 'ledger'));
      if (!row) throw new UsageError('no such ledger; `township report --state DIR clinics` names them');
      const revoked = store.ledgers.revoke(row.kid, new Date(realClock.now()).toISOString());
      const { clinic, ledger, through } = row;
      process.stdout.write(`${JSON.stringify({ clinic, ledger, through, revoked, already: !revoked })}\n`);
      return 0;
    }),
};

export const recoveryCommands: Record<string, Command> = {
  'township unwrap': unwrapped,
  'township revoke': revoke,
};
