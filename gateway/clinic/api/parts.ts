import type { AnyDevice } from '../../../drivers/contract.ts';
import type { LinkState } from '../../../sync/clinic/link.ts';
import type { Health } from '../../health.ts';
import type {
  LedgerClock,
  LedgerDeliveries,
  LedgerHealth,
  LedgerReader,
  LedgerWriter,
  PrintQueue,
} from '../../ledger/index.ts';
import type { PinCheck } from '../../web/pin.ts';
import type { Sessions } from '../../web/session.ts';
import type { Announcer } from '../../web/sse.ts';
import type { Desk } from '../visit/desk.ts';

/** What the local API is made of; composed in gateway/clinic.ts. */
export interface ApiParts {
  desk: Desk;
  ledger: LedgerReader &
    LedgerWriter &
    LedgerClock &
    LedgerHealth &
    PrintQueue &
    Pick<LedgerDeliveries, 'standingObjections'>;
  devices: readonly Pick<AnyDevice, 'id' | 'role' | 'title' | 'status'>[];
  link: { state(): LinkState };
  health: Pick<Health, 'notices'>;
  events: Announcer<'desk' | 'visit' | 'problem'>;
  pins: PinCheck;
  sessions: Sessions;
  /** A slip was asked for. */
  printWanted(): void;
  /** The demo panel's address, or null outside the demo. */
  panel: string | null;
}
