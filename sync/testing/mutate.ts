import type { Random } from '../ports.ts';

/** Mutations for fuzzing; all of them functions of `random`. */

export const below = (random: Random, n: number) => Buffer.from(random(4)).readUInt32LE() % Math.max(1, n);
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** Changes bytes: flips, cuts, doubles, fills in. May give back the same. */
export function mutateBytes(random: Random, bytes: Uint8Array): Buffer {
  let out = Buffer.from(bytes);
  for (let times = 1 + below(random, 3); times > 0; times -= 1) {
    const at = below(random, out.length);
    const kind = below(random, 6);
    if (kind === 0 && out.length > 0) out[at] = (out[at] as number) ^ (1 << below(random, 8));
    else if (kind === 1) out = out.subarray(0, at);
    else if (kind === 2) out = Buffer.concat([out, random(below(random, 40))]);
    else if (kind === 3) out = Buffer.concat([out.subarray(0, at), random(1), out.subarray(at)]);
    else if (kind === 4)
      out = Buffer.concat([
        out.subarray(0, at),
        out.subarray(Math.min(out.length, at + 1 + below(random, 20))),
      ]);
    else if (out.length > 0) out.fill(below(random, 256), at, Math.min(out.length, at + 8));
  }
  return out;
}

const ODD = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  '\u0000',
  '__proto__',
  'a'.repeat(500),
  [],
  {},
  [[]],
  'cyt-record+jws',
];

/** Changes one place of a JSON value: a member goes, comes, is doubled or becomes something odd. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || below(random, 8) === 0) {
    if (typeof value === 'string' && below(random, 2))
      return mutateBytes(random, Buffer.from(value)).toString('latin1');
    if (typeof value === 'number' && below(random, 2)) return value + below(random, 5) - 2;
    return oneOf(random, ODD);
  }
  if (Array.isArray(value)) {
    const out = [...value];
    const at = below(random, out.length);
    const kind = below(random, 4);
    if (kind === 0) out.splice(at, 1);
    else if (kind === 1) out.splice(at, 0, out[at]);
    else if (kind === 2) out.reverse();
    else out[at] = mutateJson(random, out[at]);
    return out;
  }
  const entries = Object.entries(value);
  const at = below(random, entries.length);
  const kind = below(random, 5);
  if (kind === 0) entries.splice(at, 1);
  else if (kind === 1)
    entries.push([oneOf(random, ['x', '__proto__', 'constructor', 'v', 't']), oneOf(random, ODD)]);
  else if (kind === 2) entries.reverse();
  else if (entries[at]) entries[at][1] = mutateJson(random, entries[at][1]);
  return Object.fromEntries(entries);
}
