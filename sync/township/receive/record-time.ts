import { chinaDay } from '../../../policy/index.ts';
import type { Instant } from '../../contract/ids.ts';
import type { Envelope } from '../../contract/record.ts';
import type { Objection } from '../book/objection.ts';

const AHEAD_MS_MAX = 86_400_000;

/** What is wrong with the time of a record that comes `now`. It may be old: a box may have been cut off. */
export function objectionsToTime({ at, body }: Envelope, now: Instant): Objection[] {
  const object = (text: string): Objection[] => [{ code: 'RECORD_TIME_WRONG', text }];
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return object('is of an instant that does not exist');
  const latest = Date.parse(now) + AHEAD_MS_MAX;
  if (ms > latest) return object('is dated more than a day ahead of the township');
  const day = body.setl_date;
  return typeof day === 'string' && day > chinaDay(latest)
    ? object('is of a day more than one ahead of the township')
    : [];
}
