import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify, importJWK } from 'jose';
import nacl from 'tweetnacl';
import { describe, expect, test } from 'vitest';
import { SyncError, type SyncErrorCode } from '../errors.ts';
import { signJws, verifyJws } from './jws.ts';
import { importPublicKey, type SigningKey, signingKeyOfSeed } from './keys.ts';
import { jwkOf } from './suite.ts';

const key = signingKeyOfSeed(randomBytes(32));
const stranger = signingKeyOfSeed(randomBytes(32));
const keyOf = (kid: string) => (kid === key.kid ? key : undefined);
const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
const header = `{"alg":"EdDSA","kid":"${key.kid}","typ":"cyt-record+jws"}`;

/** Signs whatever header and payload it is given, well-formed or not. */
function raw(head: string, payload: string | Uint8Array, by: SigningKey = key): string {
  const input = `${base64url(head)}.${base64url(payload)}`;
  return `${input}.${base64url(by.sign(Buffer.from(input)))}`;
}

function refusal(run: () => unknown): SyncErrorCode | 'taken' {
  try {
    run();
    return 'taken';
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
}

const verdict = (jws: string) => refusal(() => verifyJws('cyt-record+jws', jws, keyOf));

test('what is well signed is taken', () => {
  expect(verdict(raw(header, '{"v":1}'))).toBe('taken');
});

describe('what is signed by the right key but written another way is refused', () => {
  const with_ = (from: string, to: string) => header.replace(from, to);
  test.each([
    ['another typ', with_('cyt-record', 'cyt-receipt'), '{}', 'SIGNATURE_TYPE'],
    ['no typ', `{"alg":"EdDSA","kid":"${key.kid}"}`, '{}', 'SIGNATURE_TYPE'],
    ['alg none', with_('EdDSA', 'none'), '{}', 'SIGNATURE_TYPE'],
    ['alg Ed25519', with_('EdDSA', 'Ed25519'), '{}', 'SIGNATURE_TYPE'],
    ['an unknown critical header', with_('"typ"', '"crit":["x"],"x":1,"typ"'), '{}', 'SIGNATURE_TYPE'],
    ['a key brought along', with_('"typ"', `"jwk":${JSON.stringify(key.jwk)},"typ"`), '{}', 'SIGNATURE_TYPE'],
    ['a longer header', with_('"typ"', `"x":"${'y'.repeat(200)}","typ"`), '{}', 'SIGNATURE_TYPE'],
    [
      'members in another order',
      `{"kid":"${key.kid}","alg":"EdDSA","typ":"cyt-record+jws"}`,
      '{}',
      'SIGNATURE_TYPE',
    ],
    ['a kid that is no text', with_(`"${key.kid}"`, '7'), '{}', 'SIGNATURE_TYPE'],
    ['a kid of another key', with_(key.kid, stranger.kid), '{}', 'SIGNATURE_KEY'],
    ['a blank in the header', with_(',', ', '), '{}', 'SIGNATURE_ENCODING'],
    ['duplicate keys', header, '{"v":1,"v":1}', 'SIGNATURE_ENCODING'],
    ['a blank', header, '{"v": 1}', 'SIGNATURE_ENCODING'],
    ['trailing bytes', header, '{"v":1}\n', 'SIGNATURE_ENCODING'],
    ['a byte order mark', header, '\uFEFF{"v":1}', 'SIGNATURE_ENCODING'],
    ['a number written another way', header, '{"v":1.0}', 'SIGNATURE_ENCODING'],
    ['an escape that need not be', header, '{"v":"\\u0061"}', 'SIGNATURE_ENCODING'],
    ['a list', header, '[1]', 'SIGNATURE_ENCODING'],
    ['null', header, 'null', 'SIGNATURE_ENCODING'],
    ['nothing', header, '', 'SIGNATURE_ENCODING'],
    ['a well of brackets', header, `{"v":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 'SIGNATURE_ENCODING'],
    ['too much', header, `{"v":"${'x'.repeat(262_144)}"}`, 'SIGNATURE_ENCODING'],
  ])('%s', (_what, head, payload, code) => {
    expect(verdict(raw(head, payload))).toBe(code);
  });

  test('bytes that are not UTF-8', () => {
    const payload = Buffer.from('{"v":"?"}');
    payload[6] = 0xff;
    expect(verdict(raw(header, payload))).toBe('SIGNATURE_ENCODING');
  });
});

describe('signatures', () => {
  const good = raw(header, '{"v":1}');
  const [head, body, tail] = good.split('.') as [string, string, string];

  test('made malleable (S + L) are refused, though tweetnacl takes them', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const bytes = Buffer.from(tail, 'base64url');
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`);
    const other = Buffer.from((s + order).toString(16).padStart(64, '0'), 'hex').reverse();
    const forged = Buffer.concat([bytes.subarray(0, 32), other]);
    const message = Buffer.from(`${head}.${body}`);
    expect(nacl.sign.detached.verify(message, forged, Buffer.from(key.jwk.x, 'base64url'))).toBe(true);
    expect(verdict(`${head}.${body}.${base64url(forged)}`)).toBe('SIGNATURE_BAD');
  });

  test('by another key, or with any bit changed, are refused', () => {
    expect(verdict(raw(header, '{"v":1}', stranger))).toBe('SIGNATURE_BAD');
    for (let bit = 0; bit < 512; bit += 1) {
      const bytes = Buffer.from(tail, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verdict(`${head}.${body}.${base64url(bytes)}`)).toBe('SIGNATURE_BAD');
    }
  });

  test('and parts in base64url that is not canonical are refused', () => {
    // 64 bytes leave four unused bits in the last letter.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = tail.slice(0, -1) + alphabet[alphabet.indexOf(tail.slice(-1)) + 1];
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(tail, 'base64url'));
    for (const bad of [
      `${head}.${body}.${twin}`,
      `${good}==`,
      `${good}\n`,
      ` ${good}`,
      `${head}.${body}. ${tail}`,
    ])
      expect(verdict(bad)).toBe('SIGNATURE_ENCODING');
    for (const bad of ['', '.', '..', `${head}.${body}`, `${good}.${tail}`, `${head}..${tail}`])
      expect(verdict(bad)).toBe('SIGNATURE_ENCODING');
  });
});

describe('public keys', () => {
  const prime = 2n ** 255n - 19n;
  const encode = (y: bigint, sign = 0n) => {
    const bytes = Buffer.from((y | (sign << 255n)).toString(16).padStart(64, '0'), 'hex').reverse();
    return jwkOf(base64url(bytes));
  };

  test('of small order are refused, all of them, whatever their sign bit', () => {
    const eight = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
    for (const y of [0n, 1n, prime - 1n, eight, prime - eight])
      for (const sign of [0n, 1n]) expect(refusal(() => importPublicKey(encode(y, sign)))).toBe('KEY_UNFIT');
  });

  test('that are not canonical, not 32 bytes or of another curve are refused', () => {
    for (let above = 0n; above < 19n; above += 1n)
      expect(refusal(() => importPublicKey(encode(prime + above)))).toBe('KEY_UNFIT');
    const short = { ...key.jwk, x: base64url(randomBytes(31)) };
    const curve = { ...key.jwk, crv: 'Ed448' as 'Ed25519' };
    for (const bad of [short, curve]) expect(refusal(() => importPublicKey(bad))).toBe('KEY_UNFIT');
    expect(refusal(() => importPublicKey({ ...key.jwk, x: `${key.jwk.x}=` }))).toBe('SIGNATURE_ENCODING');
  });
});

describe('a second opinion', () => {
  test('tweetnacl and node:crypto sign byte for byte the same', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 300 }),
        (seed, message) => {
          const theirs = nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey);
          expect(Buffer.from(signingKeyOfSeed(seed).sign(message))).toEqual(Buffer.from(theirs));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('jose accepts what we sign, whatever is in it, and so do we', async () => {
    const theirs = await importJWK(key.jwk, 'EdDSA');
    const bodies = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const payload = JSON.parse(JSON.stringify({ body }));
        const jws = signJws('cyt-record+jws', payload, key);
        expect(verifyJws('cyt-record+jws', jws, keyOf).payload).toEqual(payload);
        const seen = await compactVerify(jws, theirs);
        expect(JSON.parse(Buffer.from(seen.payload).toString())).toEqual(payload);
        expect(seen.protectedHeader.typ).toBe('cyt-record+jws');
      }),
      { numRuns: 50 },
    );
  });

  const python = (script: string, ...args: string[]) =>
    execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8', stdio: 'pipe' });
  const hasCryptography = (() => {
    try {
      return python('import cryptography') === '';
    } catch {
      return false;
    }
  })();

  test.skipIf(!hasCryptography)("Python's cryptography accepts what we sign", () => {
    const script = `
import sys, base64
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
b = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))
h, p, s = sys.argv[2].split('.')
Ed25519PublicKey.from_public_bytes(b(sys.argv[1])).verify(b(s), (h + '.' + p).encode())
print('ok')`;
    const jws = signJws('cyt-record+jws', { v: 1, text: '浑源' }, key);
    expect(python(script, key.jwk.x, jws)).toBe('ok\n');
  });
});
