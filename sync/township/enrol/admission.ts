import { Admission, PRESENTED_MARK, Presented } from '../../contract/enrolment.ts';
import { jsonOf, limited } from '../../contract/frame.ts';
import { ENROL_BYTES_MAX } from '../../contract/limits.ts';
import { shapeOf } from '../../contract/shape.ts';
import { SyncError } from '../../errors.ts';
import { keysByKid } from '../../record/dataset.ts';
import { signJws, verifyJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { importPublicKey } from '../../record/keys.ts';
import { unwrap } from '../../record/seal.ts';

const asAdmission = shapeOf<Admission>(Admission, 'admission');
const asPresented = shapeOf<Presented>(Presented, 'admission');

/** The township's signed word that a box and its ledger belong to a clinic. */
export const signAdmission = (said: Omit<Admission, 'v'>, keys: TownshipKeys): string =>
  signJws('cyt-admission+jws', { v: 1, ...said }, keys.signing);

/** Is this a box that shows us our own word? */
export const isPresented = (payload: Buffer): boolean =>
  payload.subarray(0, PRESENTED_MARK.length).equals(PRESENTED_MARK);

/** Opens what a box says that this township has forgotten; throws SyncError for all that is not our own word, and for us. */
export function openAdmission(payload: Buffer, keys: TownshipKeys): Admission & { kid: string } {
  const sealed = limited(payload, ENROL_BYTES_MAX).subarray(PRESENTED_MARK.length);
  const { admission } = asPresented(jsonOf(unwrap(keys.sealing, sealed)));
  const { payload: said } = verifyJws('cyt-admission+jws', admission, keysByKid([keys.signing.jwk]));
  const word = asAdmission(said);
  return { ...word, kid: importPublicKey(word.key).kid };
}

/** Only the same box at the same clinic comes back, and never one that was revoked. */
export function admissible(
  word: { ledger: string; kid: string; sealing: string; clinic: { fixmedins_code: string } },
  ledger: { kid: string; clinic: string } | undefined,
  box: { sealing: string; revoked_at: string | null } | undefined,
): boolean {
  if (box && (box.revoked_at !== null || box.sealing !== word.sealing)) return false;
  return !ledger || (ledger.kid === word.kid && ledger.clinic === word.clinic.fixmedins_code);
}

export const notAdmitted = (why: string) => new SyncError('ENROL_CODE_UNKNOWN', why);
