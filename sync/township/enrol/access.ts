import { boxName, parseBoxName } from '../../contract/topics.ts';
import { enrolmentPsk } from '../../record/enrolment-code.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Credentials } from './credentials.ts';

/** Which logins a broker accepts. docs/wire.md §7 */
export interface BrokerAccess {
  /** The password of a box by its user name; undefined for one that is revoked, or no box's name. */
  boxPassword(name: string): string | undefined;
  /** The password of an enrollee, by the topic that is derived from the code. */
  enrolleePassword(topic: string): string | undefined;
  /** TLS-PSK of every code that is valid at an instant, by topic. */
  enrolleePsks(at: string): { topic: string; key: Buffer }[];
  /** Names of the boxes whose certificates are no longer valid. */
  revoked(): string[];
}

export function createBrokerAccess(
  { ledgers, invites }: Pick<TownshipTables, 'ledgers' | 'invites'>,
  { passwordOf }: Credentials,
): BrokerAccess {
  return {
    boxPassword(name) {
      const box = parseBoxName(name);
      return box && !ledgers.get(box.ledger)?.revoked_at ? passwordOf(name) : undefined;
    },
    enrolleePassword(topic) {
      const invite = invites.get(topic);
      return invite && enrolmentPsk(invite.key).toString('hex');
    },
    enrolleePsks: (at) => invites.validAt(at).map(({ topic, key }) => ({ topic, key: enrolmentPsk(key) })),
    revoked: () =>
      ledgers
        .all()
        .filter(({ revoked_at }) => revoked_at !== null)
        .map(({ clinic, ledger }) => boxName(clinic, ledger)),
  };
}
