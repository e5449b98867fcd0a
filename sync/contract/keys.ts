import Type, { type Static } from 'typebox';
import { open, strict } from './schema.ts';

/** 32 bytes in base64url. */
export const Key32 = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** An Ed25519 public key as it travels (RFC 8037). */
export const PublicJwk = strict({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Key32 });
export type PublicJwk = Static<typeof PublicJwk>;

/** Who may sign datasets. docs/record.md §4 */
export type Role = 'insurer' | 'township' | 'vendor';

const jwks = Type.Array(PublicJwk, { maxItems: 8 });

/** The public keys a box trusts, by role. */
export const Trust = open({ township: jwks, insurer: jwks, vendor: jwks });
export type Trust = Static<typeof Trust>;
