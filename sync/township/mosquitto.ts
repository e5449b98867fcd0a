import { pbkdf2Sync } from 'node:crypto';
import type { Random } from '../ports.ts';
import { enrolTopic, ledgerTopic, TOWNSHIP_FILTERS } from '../wire/topics.ts';
import type { Db } from './schema.ts';

/**
 * What a Mosquitto needs to keep the same rules as the embedded broker. With client certificates (CN = ledger) it wants the ACL only;
 * with passwords, the password file as well.
 */

interface Account {
  ledger: string;
  clinic: string;
}

const accounts = (db: Db) =>
  db
    .prepare(
      'SELECT ledger, clinic FROM ledgers JOIN boxes USING (kid) WHERE revoked_at IS NULL ORDER BY ledger',
    )
    .all() as Account[];

/** acl_file: a box under its own name, a stranger for enrolment, the receiver (`receiver` is its user name) everywhere it must. */
export function mosquittoAcl(db: Db, receiver: string): string {
  const stranger = [`topic write ${enrolTopic('+', 'ask')}`, `topic read ${enrolTopic('+', 'answer')}`];
  const township = [
    ...TOWNSHIP_FILTERS.map((filter) => `topic read ${filter}`),
    `topic write ${ledgerTopic('+', '+', 'down')}`,
    `topic write ${enrolTopic('+', 'answer')}`,
  ];
  const box = ({ ledger, clinic }: Account) => [
    `user ${ledger}`,
    `topic write ${ledgerTopic(clinic, ledger, 'up')}`,
    `topic write ${ledgerTopic(clinic, ledger, 'state')}`,
    `topic read ${ledgerTopic(clinic, ledger, 'down')}`,
  ];
  // What stands before the first `user` is for those without a login.
  return `${[...stranger, `user ${receiver}`, ...township, ...accounts(db).flatMap(box)].join('\n')}\n`;
}

/** One line of a password_file (PBKDF2-SHA-512 as mosquitto_passwd writes it). */
export function mosquittoPassword(user: string, password: string, random: Random): string {
  const rounds = 101;
  const salt = Buffer.from(random(12));
  const hash = pbkdf2Sync(password, salt, rounds, 64, 'sha512');
  return `${user}:$7$${rounds}$${salt.toString('base64')}$${hash.toString('base64')}\n`;
}
