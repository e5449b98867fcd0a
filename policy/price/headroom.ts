/** How much the limits of a stage leave it, and which one binds. Source: spec step 2, 1, 4 and 5. */
import type { Limit } from '../compile/limits.ts';
import type { Payer } from '../compile/stage.ts';
import { type Fen, SATURATED } from '../fen.ts';
import { gain, type State } from './state.ts';

/** One limit that holds. `bound`, `used`, `room` in fen; for `times` counts, and `room` 0 or SATURATED. */
export interface Room {
  limit: Limit;
  bound: number;
  used: number;
  room: number;
  /** Smaller than the person's right, because of `allotted`. */
  leased: boolean;
  /** There would be room but for `allotted`. */
  emptyLease: boolean;
}

export function findRooms(state: State, payer: Payer): Room[] {
  const rooms: Room[] = [];
  for (const limit of payer.limits) {
    if (limit.when(state.claim, -1)) rooms.push(findRoom(state, limit));
  }
  return rooms;
}

function findRoom(state: State, limit: Limit): Room {
  const { index } = limit.bucket;
  const used = state.used[index] as number;
  if (limit.amount === undefined) {
    const bound = limit.times ?? 0;
    return { limit, bound, used, room: used >= bound ? 0 : SATURATED, leased: false, emptyLease: false };
  }
  const bound = limit.amount(state.claim, -1);
  const right = Math.max(0, bound - used);
  const lease = Math.max(0, (state.claim.allotted[index] as number) - (state.put[index] as number));
  return {
    limit,
    bound,
    used,
    room: Math.min(right, lease),
    leased: lease < right,
    emptyLease: right > 0 && lease === 0,
  };
}

/** The least room, first listed on a tie. */
export function leastRoom(rooms: Room[]): Room | undefined {
  let least = rooms[0];
  for (const room of rooms) if (least !== undefined && room.room < least.room) least = room;
  return least;
}

/** No room at all, and none only because of `allotted`: with a link the visit may be settled again. */
export function onlyLeaseShut(rooms: Room[]): boolean {
  return rooms.every((room) => room.room > 0 || room.emptyLease);
}

/** Each bucket once: money gains what was paid, `times` one visit. */
export function gainPaid(state: State, payer: Payer, rooms: Room[], paid: Fen): void {
  if (paid === 0) return;
  const gained: number[] = [];
  for (const { limit } of rooms) {
    if (gained.includes(limit.bucket.index)) continue;
    gained.push(limit.bucket.index);
    gain(state, limit.bucket, limit.times === undefined ? paid : 1);
  }
  for (const bucket of payer.counts) {
    if (gained.includes(bucket.index)) continue;
    gained.push(bucket.index);
    gain(state, bucket, paid);
  }
}
