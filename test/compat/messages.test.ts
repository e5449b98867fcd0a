import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { townAnswers } from './answers.ts';
import {
  copyOfStores,
  fixture,
  fixtureJson,
  LATEST,
  RELEASES,
  type StoredMessage,
  type StoredPiece,
} from './fixture.ts';
import { CLINIC } from './given.ts';
import { makePieces, type Piece } from './pieces.ts';
import { boxKeysIn, makeTownshipFolder, startTownship, townshipKeysIn } from './places.ts';
import { openWith, parseTopic, sealWith, sharedKey } from './product.ts';
import { CLINIC_BOX, FIRST, publish, runScenario, TOWN } from './scenario.ts';
import { createReader, plain } from './wire.ts';
import { createWorld, type Sent } from './world.ts';

/**
 * Every message and every signed or sealed item of earlier releases is read; those of the latest are written
 * again, to the byte.
 */

let pieces: Record<string, Piece> = {};
const made: string[] = [];
const newFolder = () => {
  made.push(mkdtempSync(join(tmpdir(), 'cyt-compat-')));
  return made.at(-1) ?? '';
};
beforeAll(async () => {
  pieces = await makePieces();
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const bytesOf = ({ bytes }: { bytes: string }) => Buffer.from(bytes, 'base64');
const messagesIn = (release: string): { codes: string[]; messages: StoredMessage[] } =>
  fixtureJson(release, 'messages.json');
const piecesIn = (release: string): StoredPiece[] => fixtureJson(release, 'pieces.json');

describe.each(RELEASES)('what release %s wrote is read', (release) => {
  const { codes, messages } = messagesIn(release);
  const stores = fixture(release, 'stores');
  const boxes = [FIRST, CLINIC_BOX].map((name) => join(stores, name));
  const read = createReader(join(stores, TOWN), boxes, codes);

  test('there is one of each kind', () => {
    const kinds = 'admission answer ask certificate dataset finding hail hello presence receipt records';
    expect([...new Set(messages.map(({ what }) => what))].sort()).toEqual(kinds.split(' '));
  });

  test.each(messages.map((message, n) => [n, message.what, message] as const))(
    'message %i: %s',
    (_, __, message) => {
      expect(plain(read(message.topic, bytesOf(message)))).toEqual(message.plain);
    },
  );

  test.each(piecesIn(release).map((piece) => [piece.what, piece] as const))('%s', (what, stored) => {
    const piece = pieces[what];
    expect(piece).toBeDefined();
    if (piece?.read) expect(plain(piece.read(bytesOf(stored)))).toEqual(stored.plain);
  });

  test('this township takes what those boxes sent, and comes to the same books', async () => {
    const folder = newFolder();
    makeTownshipFolder(folder);
    const world = createWorld();
    const town = await startTownship(world, folder, 'township, first start');
    expect([town.invite(CLINIC, 7), town.invite(CLINIC, 7)]).toEqual(codes);
    const box = world.bus();
    await world.pass(1);
    publish(world, town);
    for (const { topic, retain, at, bytes } of messages) {
      const to = parseTopic(topic);
      if (to?.leaf === 'down' || to?.leaf === 'answer') continue;
      await world.pass(at - world.clock.now());
      void box.publish(topic, Buffer.from(bytes, 'base64'), { retain });
    }
    await world.pass(1_000);
    const now = plain(townAnswers(town, world.clock.now())) as Record<string, unknown>;
    const then = fixtureJson(release, 'answers.json').town;
    for (const name of ['verdict', 'funds', 'persons', 'records', 'findings', 'heads', 'ledgers'])
      expect([name, now[name]]).toEqual([name, then[name]]);
    await town.stop();
  });
});

describe(`release ${LATEST}: the same keys, nonces and clock give the same bytes`, () => {
  test.each(piecesIn(LATEST).map((piece) => [piece.what, piece] as const))('%s', (what, stored) => {
    const piece = pieces[what];
    expect(piece?.plain).toEqual(stored.plain);
    expect(Buffer.from(piece?.bytes ?? '').toString('base64')).toBe(stored.bytes);
  });

  test('every message of two boxes, two days and a township that starts three times', async () => {
    const { traffic, codes } = await runScenario(newFolder());
    const stored = messagesIn(LATEST);
    expect(codes).toEqual(stored.codes);
    const asPacked = packedHere();
    expect(traffic.map(headOf)).toEqual(stored.messages.map(headOf));
    for (const [n, message] of stored.messages.entries()) {
      const payload = traffic[n]?.payload ?? Buffer.alloc(0);
      expect([n, message.what, payload.toString('base64')]).toEqual([n, message.what, asPacked(message)]);
    }
  });
});

const headOf = ({ topic, retain, at }: StoredMessage | Sent) => ({ topic, retain, at });

/** How messages are packed: docs/decisions/0009. */
const PACKING = { level: 3, memLevel: 9 };

/** A stored message as it must be here: zlib packs otherwise on another processor, or in another version. */
function packedHere(): (message: StoredMessage) => string {
  const stores = copyOfStores(LATEST);
  made.push(stores);
  const { keys } = townshipKeysIn(join(stores, TOWN));
  const pairs = [FIRST, CLINIC_BOX].map((name) =>
    sharedKey(keys.sealing, boxKeysIn(join(stores, name)).sealing.publicKey),
  );
  const packed = new Set(['hello', 'records', 'receipt', 'finding', 'dataset', 'certificate', 'hail']);
  return (message) => {
    const sealed = bytesOf(message);
    for (const pair of packed.has(message.what) ? pairs : []) {
      try {
        const again = deflateSync(inflateSync(openWith(pair, sealed)), PACKING);
        return sealWith(pair, again, () => sealed.subarray(0, 24)).toString('base64');
      } catch {} // of the other box
    }
    return message.bytes;
  };
}
