import type { Invite, InviteTable } from '../port.ts';
import type { Statements } from './statements.ts';

type Stored = Omit<Invite, 'clinic'> & { clinic: string };

/** Table `invites`. */
export function createInviteTable({ one, many, run }: Statements): InviteTable {
  const insert = run('INSERT INTO invites (topic, key, clinic, expires_at) VALUES (?, ?, ?, ?)');
  const select = one<Stored>('SELECT key, clinic, expires_at, kid, ledger FROM invites WHERE topic = ?');
  const use = run('UPDATE invites SET kid = ?, ledger = ?, used_at = ? WHERE topic = ? AND kid IS NULL');
  const open = `SELECT topic, key FROM invites i
    LEFT JOIN ledgers l ON l.ledger = i.ledger LEFT JOIN boxes b ON b.kid = i.kid
    WHERE expires_at >= @at AND (i.kid IS NULL OR
      (b.revoked_at IS NULL AND ifnull(l.heard_at < i.used_at, 1)))`;
  const openOne = one<{ key: Buffer }>(`${open} AND topic = @topic`);
  const openAll = many<{ topic: string; key: Buffer }>(`${open} ORDER BY topic`);
  return {
    add: (topic, key, clinic, expires_at) => void insert(topic, key, JSON.stringify(clinic), expires_at),
    get(topic) {
      const row = select(topic);
      return row && { ...row, clinic: JSON.parse(row.clinic) };
    },
    openAt: (at) => openAll({ at }),
    openKey: (topic, at) => openOne({ topic, at })?.key,
    use: (topic, kid, ledger, at) => void use(kid, ledger, at, topic),
  };
}
