import { parseTopic, type Topic } from '../../contract/topics.ts';
import { SyncError } from '../../errors.ts';

/** A promise asks the bus to wait. */
type Answer = Promise<void> | undefined;
type Handler<To> = (to: To, payload: Buffer) => Answer;
type LedgerTopic = Extract<Topic, { kind: 'ledger' }>;
type EnrolTopic = Extract<Topic, { kind: 'enrol' }>;

/** Who takes what comes on which topic. docs/wire.md §1 */
export interface Routes {
  ask: Handler<EnrolTopic>;
  up: Handler<LedgerTopic>;
  state: Handler<LedgerTopic>;
}

/** Throws MESSAGE_REFUSED for a topic that a township does not listen to. */
export function route(routes: Routes, topic: string, payload: Buffer): Answer {
  const to = parseTopic(topic);
  if (to?.kind === 'enrol' && to.leaf === 'ask') return routes.ask(to, payload);
  if (to?.kind === 'ledger' && to.leaf === 'up') return routes.up(to, payload);
  if (to?.kind === 'ledger' && to.leaf === 'state') return routes.state(to, payload);
  throw new SyncError('MESSAGE_REFUSED', 'not a topic of ours');
}
