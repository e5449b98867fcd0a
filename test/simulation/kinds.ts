const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often each fault comes in one place, on average, when a seed has it at all. */
export const EVERY = {
  'box: crash at a write or a message': 8 * HOUR,
  'box: killed': 12 * HOUR,
  'box: stopped in order': 24 * HOUR,
  'box: disk full at a write': 12 * HOUR,
  'box: disk full for hours': 3 * DAY,
  'box: disk low': 4 * DAY,
  'box: disk failed at a write': 2 * DAY,
  'box: clock back': 4 * DAY,
  'box: clock ahead': 5 * DAY,
  'box: clock in 1970': 6 * DAY,
  'box: clock in 2099': 6 * DAY,
  'box: clock set right': 2 * DAY,
  'box: link cut': 2 * HOUR,
  'box: link half-open': 6 * HOUR,
  'box: backup made': DAY,
  'box: restored from its backup': 10 * DAY,
  'box: an old image put back': 8 * DAY,
  'wire: broker restarts': 12 * HOUR,
  'wire: broker restarts without memory': 24 * HOUR,
  'wire: bad weather': 6 * HOUR,
  'wire: an old message again': 30 * MINUTE,
  'wire: a message with a bit changed': 2 * HOUR,
  'town: crash at a write or a message': 8 * HOUR,
  'town: killed': 12 * HOUR,
  'town: disk full': 24 * HOUR,
  'town: link half-open': 24 * HOUR,
  'town: snapshot': DAY,
  'town: restored from a snapshot': 5 * DAY,
  'town: a new dataset': 2 * DAY,
};
export type FaultKind = keyof typeof EVERY;
/** Not faults, and what a restore needs: every seed has them. */
export const ALWAYS = new Set<string>([
  'box: backup made',
  'town: snapshot',
  'town: a new dataset',
  'box: clock set right',
]);
