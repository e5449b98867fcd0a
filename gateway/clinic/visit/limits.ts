/** What a line may hold: what the desk refuses beyond, and the page never fills in. */

/** `cnt` must be below this. */
export const CNT_BELOW = 1000;
/** Days of supply, at most. */
export const PRD_DAYS_MAX = 90;
/** Characters of a scanned text: one of more is no request of the page. */
export const SCAN_MAX = 1_000;
