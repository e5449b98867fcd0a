import type { Bus } from '../bus/port.ts';
import { AnswerFrame, type AskPayload, Enrolment } from '../contract/enrolment.ts';
import { jsonOf, limited } from '../contract/frame.ts';
import type { LedgerId } from '../contract/ids.ts';
import type { PublicJwk } from '../contract/keys.ts';
import { ENROL_BYTES_MAX } from '../contract/limits.ts';
import { shapeOf } from '../contract/shape.ts';
import { enrolTopic } from '../contract/topics.ts';
import { SyncError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { deriveRendezvous } from '../record/enrolment-code.ts';
import { signJws } from '../record/jws.ts';
import { fromBase64url, importPublicKey, type SigningKey } from '../record/keys.ts';
import { openWith, type SealingKey, sealWith, sharedKey } from '../record/seal.ts';

interface EnrolOptions {
  /** May not be connected yet; comes in by `enrolLogin`. Its owner closes it. */
  bus: Bus;
  code: string;
  box: { signing: SigningKey; sealing: SealingKey; ledger: LedgerId; tls?: PublicJwk };
  random: Random;
  clock: Clock;
  timeout_ms: number;
}

const ASK_AGAIN_MS = 3_000;

const asFrame = shapeOf(AnswerFrame, 'answer to an enrolment');
const asEnrolment = shapeOf(Enrolment, 'enrolment');

/**
 * Asks the township, under a one-time code, to take this box in; asks again until it answers. Asking twice
 * does no harm: the same box gets the same answer. Rejects with ENROL_CODE_UNKNOWN (cannot be a code, or the
 * broker refuses it), ENROL_NO_ANSWER or BROKER_UNTRUSTED.
 */
export async function enrolAtTownship(options: EnrolOptions): Promise<Enrolment> {
  const { bus, box, clock, random, timeout_ms } = options;
  const { topic, key } = deriveRendezvous(options.code);
  const ask = () => {
    if (bus.connected())
      bus.publish(enrolTopic(topic, 'ask'), askOf(topic, key, box, random)).catch(() => undefined);
  };
  await bus.subscribe(enrolTopic(topic, 'answer'));
  return new Promise((resolve, reject) => {
    let done = false;
    let again: unknown;
    const finish = (run: () => void) => {
      done = true;
      clock.clearTimeout(again);
      clock.clearTimeout(limit);
      run();
    };
    let turnedAway: SyncError | undefined;
    let wasIn = bus.connected();
    const limit = clock.setTimeout(() => finish(() => reject(noAnswer(turnedAway, wasIn))), timeout_ms);
    bus.onMessage((from, payload) => {
      if (done || from !== enrolTopic(topic, 'answer')) return;
      const enrolment = tryAnswer(key, box.sealing, payload);
      if (enrolment) finish(() => resolve(enrolment));
    });
    bus.onState((connected, why) => {
      wasIn ||= connected;
      if (connected && !done) ask();
      if (why && why.code !== 'LINK_DOWN') turnedAway = why;
    });
    const repeat = () => {
      ask();
      again = clock.setTimeout(repeat, ASK_AGAIN_MS);
    };
    repeat();
  });
}

/**
 * A broker that has just been told of a code may not have read it yet, and one that reads its lists again
 * turns everybody away: only the end of the time says what it was, and not for a code that was let in before.
 */
function noAnswer(turnedAway: SyncError | undefined, wasIn: boolean): SyncError {
  if (!turnedAway || (wasIn && turnedAway.code === 'BROKER_REFUSED'))
    return new SyncError('ENROL_NO_ANSWER', 'the code was used by another, or the township is away');
  return turnedAway.code === 'BROKER_REFUSED'
    ? new SyncError('ENROL_CODE_UNKNOWN', `the broker knows no such code: ${turnedAway.message}`, {
        cause: turnedAway,
      })
    : turnedAway;
}

function askOf(topic: string, key: Uint8Array, box: EnrolOptions['box'], random: Random): Buffer {
  const sealing = Buffer.from(box.sealing.publicKey).toString('base64url');
  const tls = box.tls ? { tls: box.tls } : {};
  const said: AskPayload = { v: 1, topic, ledger: box.ledger, sealing, ...tls };
  const ask = signJws('cyt-enrol+jws', said, box.signing);
  return sealWith(key, Buffer.from(JSON.stringify({ v: 1, t: 'ask', key: box.signing.jwk, ask })), random);
}

/** The enrolment in an answer, or nothing: what does not open was not meant for us. */
function tryAnswer(key: Uint8Array, ours: SealingKey, payload: Buffer): Enrolment | undefined {
  try {
    const { from, sealed } = asFrame(jsonOf(openWith(key, limited(payload, ENROL_BYTES_MAX))));
    const pair = sharedKey(ours, fromBase64url(from));
    const enrolment = asEnrolment(jsonOf(openWith(pair, fromBase64url(sealed))));
    for (const jwk of Object.values(enrolment.trust).flat()) importPublicKey(jwk);
    return enrolment;
  } catch (error) {
    if (error instanceof SyncError) return undefined;
    throw error;
  }
}
