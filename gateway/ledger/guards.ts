import type { Chain } from './chain.ts';
import { type DiskState, diskState, unlessFull } from './disk.ts';
import { LedgerError } from './errors.ts';
import type { LedgerParts } from './parts.ts';
import type { Ledger } from './types.ts';

type Watch = Pick<Ledger, 'time' | 'disk' | 'confirmDay' | 'watch'>;

/** What stands between an act and the ledger: is there room, and does anybody know what day it is? */
export function createWatch(chain: Chain, { store, clock, disk }: LedgerParts): Watch & { mayAct(): void } {
  let seenDisk: DiskState['code'] = null;
  let seenTime: string | null = null;
  const note = (body: Record<string, unknown>) => chain.act(() => chain.add('incident', 'gateway', body));

  /** Writes an incident for what is new; what stays wrong is written once. */
  const look = () => {
    const room = diskState(store, disk);
    const time = chain.time.read();
    if (room.code === 'DISK_FAILED' || chain.forked() !== null) return { room, time };
    if (room.code !== null && room.code !== seenDisk) note({ code: room.code, free_bytes: room.free });
    if (time.code !== null && time.code !== seenTime)
      note({ code: time.code, seen: instant(clock.now()), taken: instant(time.now) });
    seenDisk = room.code;
    seenTime = time.code;
    return { room, time };
  };

  /** Throws when money may not be booked now. */
  const mayAct = () => {
    const { room, time } = look();
    if (room.code === 'DISK_FULL' || room.code === 'DISK_FAILED')
      throw store.failed() ?? new LedgerError(room.code, 'too little room');
    if (time.code !== null) throw new LedgerError(time.code, `taken for ${instant(time.now)}`);
  };

  const confirmDay = (day: string, operator: string) => {
    const seen = instant(clock.now());
    chain.time.confirm(day);
    chain.act(() => chain.add('incident', operator, { code: 'CLOCK_CONFIRMED', seen, day }));
    seenTime = null;
  };
  const watch = () => {
    look();
    store.tidy();
  };
  unlessFull(look);
  return { time: chain.time.read, disk: () => diskState(store, disk), confirmDay, watch, mayAct };
}

const instant = (ms: number) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));
