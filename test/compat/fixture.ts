import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a release has left: one folder below `fixtures/` for each, named after its version. */
const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
export const RELEASES = readdirSync(FIXTURES).sort();
/** The one whose bytes this release still has to write. */
export const LATEST = RELEASES.at(-1) ?? '';

export interface StoredMessage {
  what: string;
  topic: string;
  retain: boolean;
  /** ms since 1970. */
  at: number;
  plain: unknown;
  /** base64 */
  bytes: string;
}

export interface StoredPiece {
  what: string;
  /** base64, by what they are for. */
  keys: Record<string, string>;
  nonce: string | null;
  plain: unknown;
  /** base64 */
  bytes: string;
}

export const fixture = (release: string, name: string) => join(FIXTURES, release, name);
export const fixtureJson = (release: string, name: string) =>
  JSON.parse(readFileSync(fixture(release, name), 'utf8'));

/** A copy that may be written to. */
export function copyOfStores(release: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-compat-'));
  cpSync(fixture(release, 'stores'), folder, { recursive: true });
  return folder;
}

export const bytesOf = ({ bytes }: { bytes: string }) => Buffer.from(bytes, 'base64');
export const messagesIn = (release: string): { codes: string[]; messages: StoredMessage[] } =>
  fixtureJson(release, 'messages.json');

/** A session that could not be ended is none now: an update asks for the PIN once. docs/decisions/0003 */
const GIVEN_UP = ['session of an operator'];

export const piecesIn = (release: string): StoredPiece[] =>
  fixtureJson(release, 'pieces.json').filter(({ what }: StoredPiece) => !GIVEN_UP.includes(what));
