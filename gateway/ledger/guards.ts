import type { IncidentBody } from '../../sync/contract/bodies/incident.ts';
import { PROCESS } from '../../sync/contract/record.ts';
import { type Chain, keepClock } from './chain.ts';
import { type DiskState, diskState, unlessFull } from './disk.ts';
import { LedgerError } from './errors.ts';
import type { LedgerClock, LedgerHealth } from './interfaces.ts';
import type { LedgerParts } from './parts.ts';

/** Tells whether there is room for an act, and whether the date is known. */
interface Guards extends LedgerClock, Omit<LedgerHealth, 'forked' | 'lost' | 'damage'> {
  /** LedgerError when money may not be booked now: DISK_FULL, DISK_FAILED, CLOCK_…. */
  assertWritable(): void;
}

export function createGuards(chain: Chain, { store, clock, disk }: LedgerParts): Guards {
  let notedDisk: DiskState['code'] = null;
  let notedTime: string | null = null;
  const note = (body: IncidentBody) => chain.act(() => chain.add('incident', PROCESS, body));

  /** Writes an incident for a fault that is new; one that lasts is written once. */
  const check = () => {
    const room = diskState(store, disk);
    const time = chain.time.read();
    if (room.code === 'DISK_FAILED' || chain.forked() !== null || chain.lost() !== null)
      return { room, time };
    if (room.code !== null && room.code !== notedDisk) note({ code: room.code, free_bytes: room.free });
    // After a boot nothing has gone wrong yet: what the doctor then says is recorded.
    if (time.code !== null && time.code !== 'CLOCK_UNCONFIRMED' && time.code !== notedTime)
      note({
        ...{ code: time.code, seen: instant(clock.now()), taken: instant(time.now) },
        ...(time.said === undefined ? {} : { said: time.said }),
      });
    notedDisk = room.code;
    notedTime = time.code;
    return { room, time };
  };

  const assertWritable = () => {
    const { room, time } = check();
    if (room.code === 'DISK_FULL' || room.code === 'DISK_FAILED')
      throw store.failed() ?? new LedgerError(room.code, 'too little room');
    if (time.code !== null) throw new LedgerError(time.code, `taken for ${instant(time.now)}`);
  };

  const confirmDay = (day: string, operator: string) => {
    const seen = instant(clock.now());
    const { said } = chain.time.read();
    chain.time.confirm(day);
    chain.act(() => {
      chain.add('incident', operator, {
        ...{ code: 'CLOCK_CONFIRMED', seen, day },
        ...(said === undefined ? {} : { said }),
      });
      keepClock(chain, store);
    });
    notedTime = null;
  };
  const maintain = () => {
    check();
    store.tidy();
  };
  unlessFull(check);
  return { time: chain.time.read, disk: () => diskState(store, disk), confirmDay, maintain, assertWritable };
}

const instant = (ms: number) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));
