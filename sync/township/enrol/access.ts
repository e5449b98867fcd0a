import { boxName, parseBoxName } from '../../contract/topics.ts';
import { enrolmentPsk } from '../../record/enrolment-code.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Credentials } from './credentials.ts';

/** Which logins a broker accepts. docs/wire.md §7 */
export interface BrokerAccess {
  /** The password of a box by its user name; undefined for one that is revoked, or no box's name. */
  boxPassword(name: string): string | undefined;
  /**
   * The password of an enrollee at an instant, by the topic that is derived from the code; undefined for a
   * code that has expired or has done its work.
   */
  enrolleePassword(topic: string, at: string): string | undefined;
  /** TLS-PSK of every code that still opens the door at an instant, by topic. */
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
    enrolleePassword(topic, at) {
      const key = invites.openKey(topic, at);
      return key && enrolmentPsk(key).toString('hex');
    },
    enrolleePsks: (at) => invites.openAt(at).map(({ topic, key }) => ({ topic, key: enrolmentPsk(key) })),
    revoked: () =>
      ledgers
        .all()
        .filter(({ revoked_at }) => revoked_at !== null)
        .map(({ clinic, ledger }) => boxName(clinic, ledger)),
  };
}
