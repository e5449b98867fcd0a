import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Refusal } from '../errors.ts';

const WRONG_PINS_MAX = 5;
const LOCK_MS = 5 * 60_000;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);

/** As the operators dataset keeps a PIN: scrypt, N 2^14, r 8, p 1, 32 bytes; both base64url. */
interface PinHash {
  salt: string;
  hash: string;
}

export async function hashPin(pin: string, salt: Buffer): Promise<PinHash> {
  const hash = await derive(pin, salt, 32, { N: 16_384, r: 8, p: 1 });
  return { salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

export interface PinCheck {
  /** Resolves when the PIN is the operator's. Refusal PIN_WRONG, PIN_LOCKED. */
  check(operator: { opter: string; pin: PinHash } | undefined, pin: string): Promise<void>;
}

/**
 * Five wrong PINs in a row lock an operator for five minutes. An operator that does not exist is counted as
 * ''.
 */
export function createPinCheck(now: () => number): PinCheck {
  const wrong = new Map<string, { count: number; until: number }>();
  return {
    async check(operator, pin) {
      const name = operator?.opter ?? '';
      const fails = wrong.get(name) ?? { count: 0, until: 0 };
      if (fails.until > now()) throw new Refusal('PIN_LOCKED');
      // Counted before it is looked at: many at once must not pass as one.
      const count = fails.count + 1;
      const locked = count >= WRONG_PINS_MAX;
      wrong.set(name, { count: locked ? 0 : count, until: locked ? now() + LOCK_MS : 0 });
      if (!operator || !(await isPinOf(operator.pin, pin)))
        throw new Refusal(locked ? 'PIN_LOCKED' : 'PIN_WRONG');
      wrong.delete(name);
    },
  };
}

async function isPinOf({ salt, hash }: PinHash, pin: string): Promise<boolean> {
  const given = await hashPin(pin, Buffer.from(salt, 'base64url'));
  const [a, b] = [Buffer.from(given.hash), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
