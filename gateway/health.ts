import type { AnyDevice, Clock } from '../drivers/contract.ts';
import type { LinkState } from '../sync/clinic/link.ts';
import { every } from './every.ts';
import type {
  DamageCode,
  DiskState,
  LedgerClock,
  LedgerHealth,
  LedgerReader,
  LedgerTime,
  LostRecords,
} from './ledger/index.ts';

/**
 * Why nothing can be settled now. LOOP_STALLED and STORE_SILENT are for a watchdog; a page cannot show them.
 */
type Fault =
  /** The event loop has not turned for LOOP_STALLED_MS. */
  | 'LOOP_STALLED'
  /** The store has answered nothing for STORE_SILENT_MS, although it is asked once a minute. */
  | 'STORE_SILENT'
  | NonNullable<LedgerTime['code']>
  | 'DISK_FULL'
  | 'DISK_FAILED'
  | ClosedLedger;

/** The ledger takes no more. */
type ClosedLedger = 'LEDGER_FORKED' | LostRecords['code'];

/** What the page says above everything else. */
type Notice =
  | NonNullable<LedgerTime['code'] | DiskState['code']>
  | ClosedLedger
  | DamageCode
  | 'CERTIFICATE_ENDING';

interface HealthNumbers {
  /** The latest that the event loop has ever come to a turn, ms. */
  loop_late_ms_max: number;
  /** Since the store last took a transaction or was tidied, ms. */
  store_silent_ms: number;
  /** null: not known. */
  disk_free_bytes: number | null;
  /** Records that the township does not hold. */
  undelivered: number;
  /** 1 or 0. */
  connected: number;
  /** Places in the store that cannot be read any more. */
  damaged: number;
  devices: number;
  devices_ready: number;
}

/**
 * The one place that knows whether the process does its work: for the watchdog, the township and the page.
 */
export interface Health {
  /** `ok`: a visit could be settled now. A link that is down is no fault: the clinic works without. */
  check(): { ok: boolean; faults: Fault[] };
  numbers(): HealthNumbers;
  /** What will soon stop the work, or has. */
  notices(): Notice[];
  /** As the presence message has it. */
  presence(): { clock: LedgerTime['source']; disk: DiskState };
  /** The store was asked for something, and did it. */
  storeAnswered(): void;
  stop(): void;
}

interface HealthOptions {
  ledger: LedgerClock &
    Pick<LedgerHealth, 'disk' | 'forked' | 'lost' | 'damage'> &
    Pick<LedgerReader, 'head' | 'deliveredThrough'> & { onAppend(listener: () => void): void };
  link(): LinkState;
  devices: readonly Pick<AnyDevice, 'status'>[];
  /** One that no setting of the system's clock moves. */
  clock: Clock;
}

const TURN_EVERY_MS = 1_000;
const LOOP_STALLED_MS = 10_000;
const STORE_SILENT_MS = 180_000;
const CERTIFICATE_NOTICE_MS = 30 * 86_400_000;

export function createHealth({ ledger, link, devices, clock }: HealthOptions): Health {
  let turned = clock.now();
  let answered = turned;
  let lateMax = 0;
  const late = () => Math.max(0, clock.now() - turned - TURN_EVERY_MS);
  const stop = every(clock, TURN_EVERY_MS, () => {
    lateMax = Math.max(lateMax, late());
    turned = clock.now();
  });
  const storeAnswered = () => {
    answered = clock.now();
  };
  ledger.onAppend(storeAnswered);
  const silent = () => clock.now() - answered;
  const closed = (): ClosedLedger | null =>
    ledger.lost()?.code ?? (ledger.forked() === null ? null : 'LEDGER_FORKED');

  function check(): { ok: boolean; faults: Fault[] } {
    const { code: disk } = ledger.disk();
    const faults: (Fault | null)[] = [
      late() >= LOOP_STALLED_MS ? 'LOOP_STALLED' : null,
      silent() >= STORE_SILENT_MS ? 'STORE_SILENT' : null,
      ledger.time().code,
      disk === 'DISK_LOW' ? null : disk,
      closed(),
    ];
    const known = faults.filter((fault) => fault !== null);
    return { ok: known.length === 0, faults: known };
  }

  function notices(): Notice[] {
    const { certificate_until } = link();
    const { now, code } = ledger.time();
    // Nobody knows when it ends while nobody knows what day it is.
    const ending =
      code === null && certificate_until !== null && now > certificate_until - CERTIFICATE_NOTICE_MS;
    const damaged = ledger.damage().map((found) => found.code);
    const all: (Notice | null)[] = [
      code,
      ledger.disk().code,
      closed(),
      ...damaged,
      ending ? 'CERTIFICATE_ENDING' : null,
    ];
    return all.filter((notice) => notice !== null);
  }

  return {
    check,
    notices,
    numbers: () => ({
      loop_late_ms_max: Math.max(lateMax, late()),
      store_silent_ms: silent(),
      disk_free_bytes: ledger.disk().free,
      undelivered: ledger.head().seq - ledger.deliveredThrough(),
      connected: link().connected ? 1 : 0,
      damaged: ledger.damage().flatMap(({ places }) => places).length,
      devices: devices.length,
      devices_ready: devices.filter((device) => device.status().state === 'ready').length,
    }),
    presence: () => ({ clock: ledger.time().source, disk: ledger.disk() }),
    storeAnswered,
    stop,
  };
}
