import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, copyOfStores, LATEST, messagesIn, piecesIn, type StoredMessage } from './fixture.ts';
import { makePieces, type Piece } from './pieces.ts';
import { boxKeysIn, townshipKeysIn } from './places.ts';
import { openTownshipStore, openWith, sealWith, sharedKey } from './product.ts';
import { BACKUP, CLINIC_BOX, FIRST, runScenario, type Scenario, TOWN } from './scenario.ts';
import type { Sent } from './world.ts';

/**
 * The same keys, nonces and clock give the same bytes as in the latest release: on the wire, in files, in
 * rows.
 */

let pieces: Record<string, Piece> = {};
let scenario: Scenario;
let [then, now] = ['', ''];
beforeAll(async () => {
  pieces = await makePieces();
  then = copyOfStores(LATEST);
  now = mkdtempSync(join(tmpdir(), 'cyt-compat-'));
  scenario = await runScenario(now);
});
afterAll(() => {
  for (const folder of [then, now]) rmSync(folder, { recursive: true });
});

const headOf = ({ topic, retain, at }: StoredMessage | Sent) => ({ topic, retain, at });

/** How messages are packed: docs/decisions/0009. */
const PACKING = { level: 3, memLevel: 9 };
const PACKED = new Set(['hello', 'records', 'receipt', 'finding', 'dataset', 'certificate', 'hail']);

/** Presence was more than numbers once; what else a box says of itself is in its hello now. */
function numbersOf(presence: Buffer): Buffer {
  const { v, boot, connected, head, held } = JSON.parse(presence.toString());
  return Buffer.from(JSON.stringify({ v, boot, connected, head, held }));
}

/**
 * A stored message as it must be here: zlib packs differently on another processor, or in another version.
 */
function packedHere(message: StoredMessage): string {
  const { keys } = townshipKeysIn(join(then, TOWN));
  const sealed = bytesOf(message);
  if (message.topic.endsWith('/state')) return numbersOf(sealed).toString('base64');
  for (const name of PACKED.has(message.what) ? [FIRST, CLINIC_BOX] : []) {
    const pair = sharedKey(keys.sealing, boxKeysIn(join(then, name)).sealing.publicKey);
    try {
      const again = deflateSync(inflateSync(openWith(pair, sealed)), PACKING);
      return sealWith(pair, again, () => sealed.subarray(0, 24)).toString('base64');
    } catch {} // of the other box
  }
  return message.bytes;
}

/** Table → rows as text, in no particular order. `openings` counts how often the file was opened. */
function rowsOf(file: string): Record<string, string[]> {
  const db = new Database(file);
  try {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    const rows = tables.map((name) => {
      const all = db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[];
      const kept = all.filter(({ key }) => key !== 'openings').map((row) => JSON.stringify(row));
      return [name, kept.sort()] as const;
    });
    const version = String(db.pragma('user_version', { simple: true }));
    return { ...Object.fromEntries(rows), user_version: [version] };
  } finally {
    db.close();
  }
}

describe(`as release ${LATEST} wrote it`, () => {
  test.each(piecesIn(LATEST).map((piece) => [piece.what, piece] as const))('%s', (what, stored) => {
    const piece = pieces[what];
    expect(piece?.plain).toEqual(stored.plain);
    expect(Buffer.from(piece?.bytes ?? '').toString('base64')).toBe(stored.bytes);
  });

  test('every message of two boxes, two days and a township that starts three times', () => {
    const stored = messagesIn(LATEST);
    expect(scenario.codes).toEqual(stored.codes);
    expect(scenario.traffic.map(headOf)).toEqual(stored.messages.map(headOf));
    for (const [n, message] of stored.messages.entries()) {
      const payload = scenario.traffic[n]?.payload ?? Buffer.alloc(0);
      expect([n, message.what, payload.toString('base64')]).toEqual([n, message.what, packedHere(message)]);
    }
  });

  test.each([
    ...['keys.json', 'tls.key', 'enrolment.json'].map((name) => `${CLINIC_BOX}/${name}`),
    ...['keys.json', 'recovery.json', 'insurer.json'].map((name) => `${TOWN}/${name}`),
  ])('file %s', (name) => {
    expect(readFileSync(join(now, name), 'utf8')).toBe(readFileSync(join(then, name), 'utf8'));
  });

  test.each([`${CLINIC_BOX}/ledger.sqlite`, BACKUP, `${TOWN}/township.sqlite`])('rows of %s', (name) => {
    // What a later release has added to the store is added to the older one first, as at its first start.
    if (name.startsWith(TOWN)) openTownshipStore(join(then, name)).close();
    const [written, stored] = [rowsOf(join(now, name)), rowsOf(join(then, name))];
    expect(Object.keys(written)).toEqual(Object.keys(stored));
    for (const [table, rows] of Object.entries(stored))
      expect([table, written[table]]).toEqual([table, rows]);
  });
});
