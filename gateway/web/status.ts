import type { ErrorCode } from '../errors.ts';

/** The HTTP status of a refusal; 422 where none stands here. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  PIN_WRONG: 401,
  LOGIN_NEEDED: 401,
  HOST_FOREIGN: 403,
  ORIGIN_FOREIGN: 403,
  NOT_FOUND: 404,
  VISIT_UNKNOWN: 404,
  QUOTE_CHANGED: 409,
  REASON_MISSING: 409,
  REQUEST_REUSED: 409,
  BODY_TOO_LARGE: 413,
  PIN_LOCKED: 423,
  INTERNAL: 500,
  NOT_READY: 503,
  DISK_FULL: 507,
};

export const statusOf = (code: ErrorCode): number => STATUS[code] ?? 422;
