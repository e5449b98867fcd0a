import { Ask, AskPayload, EnrolledClinic, type Enrolment } from '../../contract/enrolment.ts';
import { jsonOf, limited } from '../../contract/frame.ts';
import type { ClinicCode, Instant, LedgerId } from '../../contract/ids.ts';
import type { Trust } from '../../contract/keys.ts';
import { ENROL_BYTES_MAX } from '../../contract/limits.ts';
import type { DownMessage, Hello } from '../../contract/messages.ts';
import { shapeOf } from '../../contract/shape.ts';
import { boxName } from '../../contract/topics.ts';
import type { Random } from '../../ports.ts';
import { deriveRendezvous, makeCode } from '../../record/enrolment-code.ts';
import { verifyJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { fromBase64url, importPublicKey } from '../../record/keys.ts';
import { openWith, sealWith, sharedKey } from '../../record/seal.ts';
import type { Invite, TownshipStore } from '../store/port.ts';
import { admissible, notAdmitted, openAdmission, signAdmission } from './admission.ts';
import { attestHeld } from './attestations.ts';
import type { Credentials } from './credentials.ts';

interface EnrolmentOptions {
  store: Pick<TownshipStore, 'transact' | 'ledgers' | 'invites'>;
  credentials: Credentials;
  keys: TownshipKeys;
  trust: Trust;
  /** Who this township is. */
  township: { code: string; name: string };
  random: Random;
}

/** Makes one-time codes and answers the boxes that come with one. docs/record.md §7 */
export interface EnrolmentService {
  /**
   * A code for a clinic, valid until `expires_at`. For one person, by mouth or on paper: it is not stored.
   */
  invite(clinic: EnrolledClinic, expires_at: string): string;
  /**
   * The answer to an ask. Throws ENROL_CODE_UNKNOWN for a code that is unknown, expired, or used by another.
   */
  answer(topic: string, payload: Buffer, at: string): Buffer;
  /**
   * Enrols a box again by the admission that this township signed, after a restore from before its enrolment;
   * false when it is known. Throws SyncError.
   */
  readmit(clinic: ClinicCode, ledger: LedgerId, payload: Buffer, at: Instant): boolean;
  /** A new certificate for a box whose hello shows that it is time. */
  renewal(hello: Hello, at: string): DownMessage | undefined;
}

interface Asked {
  ask: Ask;
  payload: AskPayload;
  kid: string;
}

const asClinic = shapeOf(EnrolledClinic, 'clinic');
const asAsk = shapeOf(Ask, 'ask');
const asPayload = shapeOf(AskPayload, 'ask');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

export function createEnrolmentService(options: EnrolmentOptions): EnrolmentService {
  const { store, credentials, keys, random } = options;

  function checkAsker(topic: string, invite: Invite, { payload, kid }: Asked): void {
    const { ledger } = payload;
    const { clinic } = invite;
    if (invite.kid !== null && (invite.kid !== kid || invite.ledger !== ledger))
      throw refused(topic, 'the code was used by another key');
    if (!admissible({ ...payload, kid, clinic }, store.ledgers.get(ledger), store.ledgers.box(kid)))
      throw refused(topic, 'this box may not enrol');
  }

  function enrol(topic: string, clinic: EnrolledClinic, { ask, payload, kid }: Asked, at: string): void {
    const { ledger, sealing } = payload;
    store.transact(({ ledgers, invites }) => {
      if (!ledgers.get(ledger)) ledgers.enrol({ kid, jwk: ask.key, sealing, ledger }, clinic, at);
      invites.use(topic, kid, ledger, at);
    });
  }

  return {
    invite(clinic, expires_at) {
      const code = makeCode(random);
      const { topic, key } = deriveRendezvous(code);
      store.invites.add(topic, key, asClinic(clinic), expires_at);
      return code;
    },

    answer(topic, payload, at) {
      const invite = store.invites.get(topic);
      if (!invite) throw refused(topic, 'no such code');
      if (invite.expires_at < at) throw refused(topic, 'the code has expired');
      const asked = readAsk(topic, openWith(invite.key, limited(payload, ENROL_BYTES_MAX)));
      const clinic = asClinic(invite.clinic);
      checkAsker(topic, { ...invite, clinic }, asked);
      if (invite.kid === null) enrol(topic, clinic, asked, at);
      return sealAnswer(options, { ...invite, clinic }, asked, at);
    },

    readmit(clinic, ledger, payload, at) {
      const admission = openAdmission(payload, keys);
      if (admission.ledger !== ledger || admission.clinic.fixmedins_code !== clinic)
        throw notAdmitted('an admission of another ledger');
      const { kid, key: jwk, sealing } = admission;
      if (!admissible(admission, store.ledgers.get(ledger), store.ledgers.box(kid)))
        throw notAdmitted('this box may not come back');
      if (store.ledgers.get(ledger)) return false;
      store.ledgers.enrol({ kid, jwk, sealing, ledger }, admission.clinic, at);
      return true;
    },

    renewal({ clinic, ledger, tls }, at) {
      if (!tls || !credentials.renewalDue(tls.until, at)) return undefined;
      importPublicKey(tls.key);
      return { v: 1, t: 'certificate', ...credentials.certify(boxName(clinic, ledger), tls.key, at) };
    },
  };
}

/** A code is never logged; the topic that follows from it tells one refusal from another. */
const refused = (topic: string, why: string) => notAdmitted(`${why} (topic ${topic.slice(0, 8)})`);

function readAsk(topic: string, plain: Buffer): Asked {
  const ask = asAsk(jsonOf(plain));
  const key = importPublicKey(ask.key);
  const jws = verifyJws('cyt-enrol+jws', ask.ask, (kid) => (kid === key.kid ? key : undefined));
  const payload = asPayload(jws.payload);
  if (payload.topic !== topic) throw notAdmitted('an ask made for another code');
  if (payload.tls) importPublicKey(payload.tls);
  return { ask, payload, kid: key.kid };
}

/**
 * Sealed twice: under the code, and within for the box that asked, so that a code found later opens no
 * password.
 */
function sealAnswer(
  { store, credentials, keys, trust, township, random }: EnrolmentOptions,
  { key, clinic }: Invite,
  { ask, payload }: Asked,
  at: string,
): Buffer {
  const { ledger, sealing, tls } = payload;
  const username = boxName(clinic.fixmedins_code, ledger);
  const enrolment: Enrolment = {
    clinic,
    township: { ...township, sealing: text(keys.sealing.publicKey), recovery: text(keys.recovery) },
    trust,
    mqtt: { username, password: credentials.passwordOf(username) },
    ...(tls ? { tls: credentials.certify(username, tls, at) } : {}),
    admission: signAdmission({ ledger, clinic, key: ask.key, sealing, at }, keys),
    held: attestHeld(store.ledgers, keys, { clinic: clinic.fixmedins_code, ledger }, at),
  };
  const pair = sharedKey(keys.sealing, fromBase64url(sealing));
  const sealed = text(sealWith(pair, Buffer.from(JSON.stringify(enrolment)), random));
  const frame = { v: 1, t: 'answer', from: text(keys.sealing.publicKey), sealed };
  return sealWith(key, Buffer.from(JSON.stringify(frame)), random);
}
