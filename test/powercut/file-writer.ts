/** The process that strace watches: `node file-writer.ts state|backup FOLDER`. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSealer } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { KEYS, ledgerOn, settle } from '../../gateway/ledger/testing/fixtures.ts';
import { backupLedger } from '../../gateway/ledger/tools/index.ts';
import { openStateDir } from '../../gateway/state-dir.ts';

const [what = '', folder = ''] = process.argv.slice(2);

if (what === 'state') {
  process.umask(0o077);
  openStateDir(folder, 'group').write('keys.json', '{"v":2}');
} else {
  const file = join(folder, 'ledger.db');
  const ledger = ledgerOn(openSqliteStore(file));
  settle(ledger, { request: 'a' });
  const sealer = createSealer(KEYS.dataKey, (bytes) => randomBytes(bytes));
  backupLedger(file, join(folder, 'stick.db'), sealer, () => KEYS.signing);
  ledger.close();
}
