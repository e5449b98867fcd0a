import { Ask, AskPayload, type Certified, EnrolledClinic, type Enrolment } from '../../contract/enrolment.ts';
import { jsonOf, limited } from '../../contract/frame.ts';
import type { PublicJwk, Trust } from '../../contract/keys.ts';
import { ENROL_BYTES_MAX } from '../../contract/limits.ts';
import type { DownMessage, Hello } from '../../contract/messages.ts';
import { shapeOf } from '../../contract/shape.ts';
import { boxName, parseBoxName } from '../../contract/topics.ts';
import type { Random } from '../../ports.ts';
import { deriveRendezvous, enrolmentPsk, makeCode } from '../../record/enrolment-code.ts';
import { verifyJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { fromBase64url, importPublicKey } from '../../record/keys.ts';
import { deriveKey, openWith, sealWith, sharedKey } from '../../record/seal.ts';
import type { TownshipStore } from '../store/store.ts';
import { admissible, notAdmitted, openAdmission, signAdmission } from './admission.ts';
import { wordsOn } from './attestations.ts';
import { createAuthority } from './authority.ts';

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

const YEAR_MS = 365 * 86_400_000;
/** A box's certificate is good for so long, and followed by a new one when a year of it is over: a clinic may be cut off for the rest. */
const CERTIFICATE_MS = 5 * YEAR_MS;
const RENEW_BELOW_MS = 4 * YEAR_MS;

const asClinic = shapeOf<EnrolledClinic>(EnrolledClinic, 'clinic');
const asAsk = shapeOf<Ask>(Ask, 'ask');
const asPayload = shapeOf<AskPayload>(AskPayload, 'ask');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** Makes codes, answers those who come with one, and says who may come through the broker's doors. docs/record.md §7 */
export function createEnrolDesk({ store, keys, trust, township, random }: EnrolDeskOptions) {
  const { db } = store;
  const authority = createAuthority(keys);
  const words = wordsOn(db, keys);
  const insert = db.prepare('INSERT INTO invites (topic, key, clinic, expires_at) VALUES (?, ?, ?, ?)');
  const select = db.prepare('SELECT key, clinic, expires_at, kid, ledger FROM invites WHERE topic = ?');
  const selectGood = db.prepare('SELECT topic, key FROM invites WHERE expires_at >= ? ORDER BY topic');
  const selectRevoked = db.prepare(
    'SELECT clinic, ledger FROM ledgers JOIN boxes USING (kid) WHERE revoked_at IS NOT NULL ORDER BY clinic, ledger',
  );
  const use = db.prepare(
    'UPDATE invites SET kid = ?, ledger = ?, used_at = ? WHERE topic = ? AND kid IS NULL',
  );

  // Derived, not stored: the same box that asks again gets the same one, and a restored township knows it too.
  const passwordOf = (name: string) =>
    text(deriveKey(keys.sealing.secretKey, `mqtt ${name}`).subarray(0, 16));

  function certify(name: string, key: PublicJwk, at: string): Certified {
    const certificate = authority.issue({ user: name }, key, Date.parse(at) + CERTIFICATE_MS);
    return { ca: authority.ca, certificate };
  }

  const takeIn = db.transaction(
    (topic: string, clinic: EnrolledClinic, { ask, said, kid }: Asked, at: string) => {
      const { ledger, sealing } = said;
      if (!store.ledger(ledger)) store.enrol({ kid, jwk: ask.key, sealing, ledger }, clinic, at);
      use.run(kid, ledger, at, topic);
    },
  );

  function answer(invite: Invite, { ask, said }: Asked, at: string): Buffer {
    const clinic = asClinic(JSON.parse(invite.clinic));
    const { ledger, sealing } = said;
    const username = boxName(clinic.fixmedins_code, ledger);
    const enrolment: Enrolment = {
      clinic,
      township: { ...township, sealing: text(keys.sealing.publicKey), recovery: text(keys.recovery) },
      trust,
      mqtt: { username, password: passwordOf(username) },
      ...(said.tls ? { tls: certify(username, said.tls, at) } : {}),
      admission: signAdmission({ ledger, clinic, key: ask.key, sealing, at }, keys),
      held: words(clinic.fixmedins_code, ledger, at),
    };
    const pair = sharedKey(keys.sealing, fromBase64url(sealing));
    const sealed = text(sealWith(pair, Buffer.from(JSON.stringify(enrolment)), random));
    const frame = { v: 1, t: 'answer', from: text(keys.sealing.publicKey), sealed };
    return sealWith(invite.key, Buffer.from(JSON.stringify(frame)), random);
  }

  return {
    authority,
    /** A one-time code for a clinic, good until `expires_at`. Told to one person, by mouth or on paper. */
    invite(clinic: EnrolledClinic, expires_at: string): string {
      const code = makeCode(random);
      const { topic, key } = deriveRendezvous(code);
      insert.run(topic, key, JSON.stringify(asClinic(clinic)), expires_at);
      return code;
    },

    /** The answer to an ask. Throws ENROL_CODE_UNKNOWN for a code that is unknown, void, or used by another. */
    take(topic: string, payload: Buffer, at: string): Buffer {
      const refuse = (why: string) => notAdmitted(`${why} (topic ${topic.slice(0, 8)})`);
      const invite = select.get(topic) as Invite | undefined;
      if (!invite) throw refuse('no such code');
      if (invite.expires_at < at) throw refuse('the code is void');
      const asked = readAsk(topic, openWith(invite.key, limited(payload, ENROL_BYTES_MAX)));
      const { kid, said } = asked;
      const clinic = asClinic(JSON.parse(invite.clinic));
      if (invite.kid !== null && (invite.kid !== kid || invite.ledger !== said.ledger))
        throw refuse('the code was used by another key');
      if (!admissible({ ...said, kid, clinic }, store.ledger(said.ledger), store.box(kid)))
        throw refuse('this box may not come in');
      if (invite.kid === null) takeIn(topic, clinic, asked, at);
      return answer(invite, asked, at);
    },

    /** Takes a box back in by this township's own word, after a restore from before its enrolment; false when it is known. Throws SyncError. */
    readmit(clinic: string, ledger: string, payload: Buffer, at: string): boolean {
      const word = openAdmission(payload, keys);
      if (word.ledger !== ledger || word.clinic.fixmedins_code !== clinic)
        throw notAdmitted('the word is about another ledger');
      if (!admissible(word, store.ledger(ledger), store.box(word.kid)))
        throw notAdmitted('this box may not come back');
      if (store.ledger(ledger)) return false;
      store.enrol({ kid: word.kid, jwk: word.key, sealing: word.sealing, ledger }, word.clinic, at);
      return true;
    },

    /** A new certificate for a box whose hello shows that it is time. */
    renewal({ clinic, ledger, tls }: Hello, at: string): DownMessage | undefined {
      if (!tls || (tls.until !== null && Date.parse(tls.until) - Date.parse(at) > RENEW_BELOW_MS))
        return undefined;
      importPublicKey(tls.key);
      return { v: 1, t: 'certificate', ...certify(boxName(clinic, ledger), tls.key, at) };
    },

    /** The password of a box by its user name; undefined for one that is revoked, or no box's name. */
    boxPassword(name: string): string | undefined {
      const box = parseBoxName(name);
      return box && !store.ledger(box.ledger)?.revoked_at ? passwordOf(name) : undefined;
    },

    /** The password of the enrolment door for who meets us under this topic. */
    doorPassword(topic: string): string | undefined {
      const invite = select.get(topic) as Invite | undefined;
      return invite && enrolmentPsk(invite.key).toString('hex');
    },

    /** Codes that are still good, as a broker's door must know them. */
    doors: (at: string) =>
      (selectGood.all(at) as { topic: string; key: Buffer }[]).map(({ topic, key }) => ({
        topic,
        key: enrolmentPsk(key),
      })),

    /** Names of the boxes whose certificates are good no more. */
    revoked: () =>
      (selectRevoked.all() as { clinic: string; ledger: string }[]).map(({ clinic, ledger }) =>
        boxName(clinic, ledger),
      ),
  };
}

export type EnrolDesk = ReturnType<typeof createEnrolDesk>;

interface Asked {
  ask: Ask;
  said: AskPayload;
  kid: string;
}

function readAsk(topic: string, plain: Buffer): Asked {
  const ask = asAsk(jsonOf(plain));
  const key = importPublicKey(ask.key);
  const { payload } = verifyJws('cyt-enrol+jws', ask.ask, (kid) => (kid === key.kid ? key : undefined));
  const said = asPayload(payload);
  if (said.topic !== topic) throw notAdmitted('an ask made for another code');
  if (said.tls) importPublicKey(said.tls);
  return { ask, said, kid: key.kid };
}
