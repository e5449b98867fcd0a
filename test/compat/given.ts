import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Random } from './product.ts';

/** What the fixtures are made from. Nothing here changes: another release has to write the same bytes. */

/** 08:30 in China, a Sunday. */
export const BEGIN_MS = Date.UTC(2026, 10, 22, 0, 30);
export const SOFTWARE = 'cunyitong 0.1.0';
export const DOCTOR = 'D140225000001';
export const TOWNSHIP = { code: 'H14022500100', name: '浑源县永安镇中心卫生院（演示）' };
export const CLINIC = {
  fixmedins_code: 'H14022500001',
  fixmedins_name: '浑源县永安镇张庄村卫生室（演示）',
  level: 'village',
  mode: 'integrated',
  admdvs: '140225',
};

/**
 * Bytes that depend on the seed, on how many are drawn, and (from 16 bytes on, but not for a nonce) on how
 * often that many were drawn before. So a release that draws in another order writes the same. Nonces
 * repeat: nothing here is secret.
 */
export function repeatable(seed: string): Random {
  const drawn = new Map<number, number>();
  return (bytes) => {
    const counts = bytes >= 16 && bytes !== 24;
    const nth = counts ? (drawn.get(bytes) ?? 0) : 0;
    drawn.set(bytes, nth + 1);
    return createHash('shake256', { outputLength: bytes }).update(`${seed} ${bytes} ${nth}`).digest();
  };
}

export const bytesOf = (seed: string, count = 32): Buffer =>
  createHash('shake256', { outputLength: count }).update(seed).digest();

/** Name → content, as a township and an insurer would publish them; small. */
export const DATASETS: Record<string, object> = JSON.parse(
  readFileSync(new URL('./given/datasets.json', import.meta.url), 'utf8'),
);

export interface RosterRow {
  psn_no: string;
  psn_name: string;
  certno: string;
  gend: string;
  brdy: string;
  insutype: string;
}
export const ROSTER: RosterRow[] = Object(DATASETS.roster).persons;

export const PERSON = {
  hypertension: '14022500000000000001',
  signed: '14022500000000000003',
  southern: '44152100000000000001',
  paused: '44152100000000000016',
} as const;
export const ITEM = {
  tablets: 'XC08CAM031A001010203456',
  limited: 'XJ05AHA590E001010822110',
  traced: 'ZA01BAL6254010242538',
  ownPay: 'XC01EBF702A001010217958',
  homeVisit: '001110000010000',
} as const;

/** When a store is looked at again. */
export const LATER_MS = Date.UTC(2026, 10, 24, 1);
