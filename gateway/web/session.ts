import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Operator } from '../clinic/visit/dataset-shapes.ts';
import { Refusal } from '../errors.ts';

/** The page locks itself after this long without a request. */
export const IDLE_SECONDS_MAX = 900;
const WRONG_PINS_MAX = 5;
const LOCK_MS = 5 * 60_000;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);

/** The hash of a PIN as the operators dataset keeps it: scrypt, N 2^14, r 8, p 1, 32 bytes; both base64url. */
export async function hashPin(pin: string, salt: Buffer): Promise<Operator['pin']> {
  const hash = await derive(pin, salt, 32, { N: 16_384, r: 8, p: 1 });
  return { salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

export interface Sessions {
  /** A cookie value for an operator whose PIN is right. Refusal PIN_WRONG, PIN_LOCKED. */
  login(operator: Operator | undefined, pin: string): Promise<string>;
  /** The operator a cookie stands for, or null. */
  opterOf(cookie: string | undefined): string | null;
  /** The same session, its idle time begun anew. */
  renew(opter: string): string;
}

/**
 * Sessions live in the cookie alone (who, until when, under the box's key), so a power cut between a confirm
 * and its answer does not log the doctor out.
 */
export function createSessions(key: Uint8Array, now: () => number): Sessions {
  const wrong = new Map<string, { count: number; until: number }>();
  const mac = (text: string) => createHmac('sha256', key).update(text).digest();

  function renew(opter: string): string {
    const text = `${Buffer.from(opter).toString('base64url')}.${now() + IDLE_SECONDS_MAX * 1000}`;
    return `${text}.${mac(text).toString('base64url')}`;
  }

  function opterOf(cookie: string | undefined): string | null {
    const [who, until, tag] = cookie?.split('.') ?? [];
    if (!who || !until || !tag) return null;
    const given = Buffer.from(tag, 'base64url');
    const right = mac(`${who}.${until}`);
    if (given.length !== right.length || !timingSafeEqual(given, right) || Number(until) < now()) return null;
    return Buffer.from(who, 'base64url').toString();
  }

  async function login(operator: Operator | undefined, pin: string): Promise<string> {
    const name = operator?.opter ?? '';
    const fails = wrong.get(name) ?? { count: 0, until: 0 };
    if (fails.until > now()) throw new Refusal('PIN_LOCKED');
    // Counted before it is looked at: many at once must not pass as one.
    const count = fails.count + 1;
    const locked = count >= WRONG_PINS_MAX;
    wrong.set(name, { count: locked ? 0 : count, until: locked ? now() + LOCK_MS : 0 });
    if (operator && (await pinIsRight(operator, pin))) {
      wrong.delete(name);
      return renew(name);
    }
    throw new Refusal(locked ? 'PIN_LOCKED' : 'PIN_WRONG');
  }

  return { login, opterOf, renew };
}

async function pinIsRight(operator: Operator, pin: string): Promise<boolean> {
  const given = await hashPin(pin, Buffer.from(operator.pin.salt, 'base64url'));
  const [a, b] = [Buffer.from(given.hash), Buffer.from(operator.pin.hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
