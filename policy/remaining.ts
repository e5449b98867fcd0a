/** What a person may still draw: 今年还能报. For the desk and the slip; no price is made. */
import type { CompiledBundle } from './compile/bundle.ts';
import type { Payer } from './compile/stage.ts';
import { formatFen } from './fen.ts';
import { mayPrice } from './price/adjudicate.ts';
import { type ReadClaim, readClaim } from './price/claim.ts';
import { findRooms, type Room } from './price/rooms.ts';
import { startState } from './price/state.ts';
import { thisPeriod, yuan } from './reasons/words.ts';
import type { Claim, ClaimItem } from './types.ts';

/** One money limit that holds for the person. Amounts in yuan with two places. */
export interface Remaining {
  bucket: string;
  title: string;
  limit: string;
  used: string;
  left: string;
  /** 今年普通门诊年度限额还能报 285.08 元 */
  text: string;
}

/** Limits are asked before anything is prescribed, and their conditions look at no line; a claim must have one. */
const SOME_LINE: ClaimItem = {
  feedetl_sn: '1',
  med_list_codg: '',
  list_type: '',
  chrgitm_lv: '03',
  cnt: '1',
  pric: '1',
  det_item_fee_sumamt: '1.00',
  tags: [],
};

/**
 * Every money limit of the bundle that holds for this claim's person, facility and day, once per bucket, by `used`
 * alone. Empty when the bundle may not price the person's claims. A visit's own limits are left out: they say nothing
 * of what is left.
 */
export function remaining(bundle: CompiledBundle, claim: Omit<Claim, 'items'>): Remaining[] {
  const read = readClaim({ ...claim, items: [SOME_LINE] }, bundle);
  if (read === null || !mayPrice(bundle, read)) return [];
  const rooms = new Map<string, Remaining>();
  for (const payer of [...bundle.pool, ...bundle.layers]) {
    for (const room of roomsOf(payer, read)) {
      const { bucket } = room.limit;
      if (!rooms.has(bucket.name)) rooms.set(bucket.name, describe(room, payer));
    }
  }
  return [...rooms.values()];
}

function roomsOf(payer: Payer, claim: ReadClaim): Room[] {
  if (!payer.when(claim, -1)) return [];
  const none = { inscp: [], own: [], over: [], pre: [], total: [] };
  return findRooms(startState(claim, none as never, null), payer).filter(
    ({ limit }) => limit.amount !== undefined && limit.bucket.period !== 'visit',
  );
}

function describe({ limit, bound, used }: Room, payer: Payer): Remaining {
  const { bucket } = limit;
  const title = bucket.title ?? payer.title ?? bucket.name;
  const left = formatFen(Math.max(0, bound - used));
  return {
    bucket: bucket.name,
    title,
    limit: formatFen(bound),
    used: formatFen(used),
    left,
    text: `${thisPeriod(bucket.period)}${title}还能报 ${yuan(left)} 元`,
  };
}
