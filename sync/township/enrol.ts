import { createHash } from 'node:crypto';
import { SyncError } from '../errors.ts';
import type { Random } from '../ports.ts';
import type { Trust } from '../record/dataset.ts';
import { verifyJws } from '../record/jws.ts';
import type { TownshipKeys } from '../record/key-file.ts';
import { fromBase64url, importPublicKey } from '../record/keys.ts';
import { deriveKey, openWith, sealWith, sharedKey } from '../record/seal.ts';
import { Ask, AskPayload, Clinic, type Enrolment, makeCode, meetingOf } from '../wire/enrolment.ts';
import { jsonOf, limited } from '../wire/frame.ts';
import { ENROL_BYTES_MAX } from '../wire/messages.ts';
import { shapeOf } from '../wire/shape.ts';
import type { TownshipStore } from './store.ts';

export interface EnrolDeskOptions {
  store: TownshipStore;
  keys: TownshipKeys;
  trust: Trust;
  /** Who this township is. */
  township: { code: string; name: string };
  random: Random;
}

interface Invite {
  key: Buffer;
  clinic: string;
  expires_at: string;
  kid: string | null;
  ledger: string | null;
}

const asClinic = shapeOf<Clinic>(Clinic, 'clinic');
const asAsk = shapeOf<Ask>(Ask, 'ask');
const asPayload = shapeOf<AskPayload>(AskPayload, 'ask');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** How a password is kept: 128 random bits need no slow hash. */
export const passwordHash = (password: string | Uint8Array) =>
  createHash('sha256').update(password).digest('hex');

/** Makes codes and answers those who come with one. docs/record.md §7 */
export function createEnrolDesk({ store, keys, trust, township, random }: EnrolDeskOptions) {
  const { db } = store;
  const insert = db.prepare('INSERT INTO invites (topic, key, clinic, expires_at) VALUES (?, ?, ?, ?)');
  const select = db.prepare('SELECT key, clinic, expires_at, kid, ledger FROM invites WHERE topic = ?');
  const use = db.prepare(
    'UPDATE invites SET kid = ?, ledger = ?, used_at = ? WHERE topic = ? AND kid IS NULL',
  );

  // Derived, not stored: the same box that asks again gets the same password.
  const passwordOf = (ledger: string) =>
    text(deriveKey(keys.sealing.secretKey, `mqtt ${ledger}`).subarray(0, 16));

  const takeIn = db.transaction(
    (topic: string, invite: Invite, box: { kid: string; ask: Ask; said: AskPayload }, at: string) => {
      const { kid, ask, said } = box;
      const password = passwordHash(passwordOf(said.ledger));
      const clinic = asClinic(JSON.parse(invite.clinic));
      store.enrol({ kid, jwk: ask.key, sealing: said.sealing, ledger: said.ledger, password }, clinic, at);
      use.run(kid, said.ledger, at, topic);
    },
  );

  function answer(invite: Invite, said: AskPayload): Buffer {
    const enrolment: Enrolment = {
      clinic: asClinic(JSON.parse(invite.clinic)),
      township: { ...township, sealing: text(keys.sealing.publicKey), recovery: text(keys.recovery) },
      trust,
      mqtt: { username: said.ledger, password: passwordOf(said.ledger) },
    };
    const pair = sharedKey(keys.sealing, fromBase64url(said.sealing));
    const sealed = text(sealWith(pair, Buffer.from(JSON.stringify(enrolment)), random));
    const frame = { v: 1, t: 'answer', from: text(keys.sealing.publicKey), sealed };
    return sealWith(invite.key, Buffer.from(JSON.stringify(frame)), random);
  }

  return {
    /** What a broker other than the embedded one must know (mosquitto.ts). */
    passwordOf,
    /** A one-time code for a clinic, good until `expires_at`. Told to one person, by mouth or on paper. */
    invite(clinic: Clinic, expires_at: string): string {
      const code = makeCode(random);
      const { topic, key } = meetingOf(code);
      insert.run(topic, key, JSON.stringify(asClinic(clinic)), expires_at);
      return code;
    },

    /** The answer to an ask. Throws ENROL_CODE_UNKNOWN for a code that is unknown, void, or used by another. */
    take(topic: string, payload: Buffer, at: string): Buffer {
      const refuse = (why: string) =>
        new SyncError('ENROL_CODE_UNKNOWN', `${why} (topic ${topic.slice(0, 8)})`);
      const invite = select.get(topic) as Invite | undefined;
      if (!invite) throw refuse('no such code');
      if (invite.expires_at < at) throw refuse('the code is void');
      const { ask, said, kid } = readAsk(topic, openWith(invite.key, limited(payload, ENROL_BYTES_MAX)));
      if (invite.kid === null) {
        const known = store.ledger(said.ledger) || store.box(kid)?.revoked_at;
        if (known || (store.box(kid)?.sealing ?? said.sealing) !== said.sealing)
          throw refuse('this box may not come in');
        takeIn(topic, invite, { kid, ask, said }, at);
      } else if (invite.kid !== kid || invite.ledger !== said.ledger)
        throw refuse('the code was used by another key');
      return answer(invite, said);
    },
  };
}

export type EnrolDesk = ReturnType<typeof createEnrolDesk>;

function readAsk(topic: string, plain: Buffer): { ask: Ask; said: AskPayload; kid: string } {
  const ask = asAsk(jsonOf(plain));
  const key = importPublicKey(ask.key);
  const { payload } = verifyJws('cyt-enrol+jws', ask.ask, (kid) => (kid === key.kid ? key : undefined));
  const said = asPayload(payload);
  if (said.topic !== topic) throw new SyncError('MESSAGE_REFUSED', 'an ask made for another code');
  return { ask, said, kid: key.kid };
}
