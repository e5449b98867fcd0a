import type { Invite, InviteTable } from '../port.ts';
import type { Statements } from './statements.ts';

type Stored = Omit<Invite, 'clinic'> & { clinic: string };

/** Table `invites`. */
export function createInviteTable({ one, many, run }: Statements): InviteTable {
  const insert = run('INSERT INTO invites (topic, key, clinic, expires_at) VALUES (?, ?, ?, ?)');
  const select = one<Stored>('SELECT key, clinic, expires_at, kid, ledger FROM invites WHERE topic = ?');
  const use = run('UPDATE invites SET kid = ?, ledger = ?, used_at = ? WHERE topic = ? AND kid IS NULL');
  return {
    add: (topic, key, clinic, expires_at) => void insert(topic, key, JSON.stringify(clinic), expires_at),
    get(topic) {
      const row = select(topic);
      return row && { ...row, clinic: JSON.parse(row.clinic) };
    },
    validAt: many('SELECT topic, key FROM invites WHERE expires_at >= ? ORDER BY topic'),
    use: (topic, kid, ledger, at) => void use(kid, ledger, at, topic),
  };
}
