import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { codeText } from '../../sync/contract/text-form.ts';
import { Refusal } from '../errors.ts';
import { RefusalWith } from './refusals.ts';
import type { Keeper } from './session.ts';

const WRONG_PINS_MAX = 5;
const LOCK_MS = 5 * 60_000;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);

/** As the operators dataset keeps a PIN: scrypt, N 2^14, r 8, p 1, 32 bytes; both base64url. */
interface PinHash {
  salt: string;
  hash: string;
}

/** A PIN typed under a Chinese keyboard (full-width) is the same PIN. */
export async function hashPin(pin: string, salt: Buffer): Promise<PinHash> {
  const hash = await derive(codeText(pin), salt, 32, { N: 16_384, r: 8, p: 1 });
  return { salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

export interface PinCheck {
  /**
   * Resolves when the PIN is the operator's. Refusal PIN_WRONG; PIN_LOCKED, with `wait_seconds`.
   */
  check(operator: { opter: string; pin: PinHash } | undefined, pin: string): Promise<void>;
  /** Notes which locks have ended, so that a restart does not begin them anew. To be called now and then. */
  sweep(): void;
}

interface PinCheckOptions {
  /** The wrong tries outlive the process: a restart is no way round the lock. */
  keeper: Keeper;
  /** ms, evenly on whatever happens to the system's clock. */
  ticks(): number;
  /** Somebody has just been locked. */
  locked(opter: string): void;
}

/** Wrong PINs in a row. `until`: the end of the lock, by `ticks`; 0 without one. */
interface Tries {
  count: number;
  until: number;
}

/** What is kept: the wrong PINs in a row, or that there is a lock. How long no process ran nobody knows. */
type KeptTries = Record<string, number | 'locked'>;
const KEPT = 'wrong-pins';

/**
 * Five wrong PINs in a row lock an operator for five minutes, which begin anew when the process does. An
 * operator that does not exist is counted as ''.
 */
export function createPinCheck({ keeper, ticks, locked }: PinCheckOptions): PinCheck {
  const wrong = new Map<string, Tries>();
  for (const [name, count] of Object.entries(JSON.parse(keeper.kept(KEPT) ?? '{}') as KeptTries))
    wrong.set(name, count === 'locked' ? { count: 0, until: ticks() + LOCK_MS } : { count, until: 0 });

  function save(): void {
    const kept = [...wrong].map(([name, { count, until }]) => [name, until > ticks() ? 'locked' : count]);
    keeper.keep(KEPT, JSON.stringify(Object.fromEntries(kept)));
  }

  return {
    sweep() {
      const over = [...wrong.values()].filter(({ until }) => until !== 0 && until <= ticks());
      for (const tries of over) tries.until = 0;
      if (over.length > 0) save();
    },
    async check(operator, pin) {
      const name = operator?.opter ?? '';
      const fails = wrong.get(name) ?? { count: 0, until: 0 };
      if (fails.until > ticks()) throw lockedFor(fails.until - ticks());
      // Counted, and kept, before it is looked at: many at once must not pass as one, nor power cuts as none.
      const count = fails.count + 1;
      const last = count >= WRONG_PINS_MAX;
      wrong.set(name, last ? { count: 0, until: ticks() + LOCK_MS } : { count, until: 0 });
      save();
      if (!operator || !(await isPinOf(operator.pin, pin))) {
        if (!last) throw new Refusal('PIN_WRONG');
        locked(name);
        throw lockedFor(LOCK_MS);
      }
      wrong.delete(name);
      save();
    },
  };
}

const lockedFor = (ms: number) => new RefusalWith('PIN_LOCKED', { wait_seconds: Math.ceil(ms / 1000) });

async function isPinOf({ salt, hash }: PinHash, pin: string): Promise<boolean> {
  const given = await hashPin(pin, Buffer.from(salt, 'base64url'));
  const [a, b] = [Buffer.from(given.hash), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}
