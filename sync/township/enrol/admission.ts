import { Admission, PRESENTED_MARK, Presented } from '../../contract/enrolment.ts';
import { jsonOf, limited } from '../../contract/frame.ts';
import type { ClinicCode, LedgerId } from '../../contract/ids.ts';
import { ENROL_BYTES_MAX } from '../../contract/limits.ts';
import { shapeOf } from '../../contract/shape.ts';
import { SyncError } from '../../errors.ts';
import { keysByKid } from '../../record/dataset.ts';
import { signJws, verifyJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { importPublicKey } from '../../record/keys.ts';
import { unwrap } from '../../record/seal.ts';

const asAdmission = shapeOf(Admission, 'admission');
const asPresented = shapeOf(Presented, 'admission');

/** Signs that a box and its ledger belong to a clinic: what a township shows itself after a restore. */
export const signAdmission = (facts: Omit<Admission, 'v'>, keys: TownshipKeys): string =>
  signJws('cyt-admission+jws', { v: 1, ...facts } satisfies Admission, keys.signing);

/** Does a box present the admission that this township signed? */
export const isPresented = (payload: Buffer): boolean =>
  payload.subarray(0, PRESENTED_MARK.length).equals(PRESENTED_MARK);

/**
 * Opens the admission that a box presents; throws SyncError unless this township signed it and it is sealed
 * for it.
 */
export function openAdmission(payload: Buffer, keys: TownshipKeys): Admission & { kid: string } {
  const sealed = limited(payload, ENROL_BYTES_MAX).subarray(PRESENTED_MARK.length);
  const { admission } = asPresented(jsonOf(unwrap(keys.sealing, sealed)));
  const jws = verifyJws('cyt-admission+jws', admission, keysByKid([keys.signing.jwk]));
  const opened = asAdmission(jws.payload);
  return { ...opened, kid: importPublicKey(opened.key).kid };
}

/** Only the same box at the same clinic comes back, and never one that was revoked. */
export function admissible(
  asked: { ledger: LedgerId; kid: string; sealing: string; clinic: { fixmedins_code: ClinicCode } },
  ledger: { kid: string; clinic: ClinicCode } | undefined,
  box: { sealing: string; revoked_at: string | null } | undefined,
): boolean {
  if (box && (box.revoked_at !== null || box.sealing !== asked.sealing)) return false;
  return !ledger || (ledger.kid === asked.kid && ledger.clinic === asked.clinic.fixmedins_code);
}

export const notAdmitted = (why: string) => new SyncError('ENROL_CODE_UNKNOWN', why);
