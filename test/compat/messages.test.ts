import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { townAnswers } from './answers.ts';
import { bytesOf, fixture, fixtureJson, messagesIn, piecesIn, RELEASES } from './fixture.ts';
import { CLINIC } from './given.ts';
import { makePieces, type Piece } from './pieces.ts';
import { makeTownshipFolder, startTownship } from './places.ts';
import { parseTopic } from './product.ts';
import { CLINIC_BOX, FIRST, publish, TOWN } from './scenario.ts';
import { createReader, plain } from './wire.ts';
import { createWorld } from './world.ts';

/** Every message and every signed or sealed item that earlier releases wrote is read and verified. */

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

  test.each(piecesIn(release).map((piece) => [piece.what, piece] as const))('%s', async (what, stored) => {
    const piece = pieces[what];
    expect(piece).toBeDefined();
    if (piece?.read) expect(plain(await piece.read(bytesOf(stored)))).toEqual(stored.plain);
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
      expect({ [name]: now[name] }).toMatchObject({ [name]: then[name] }); // rows have more members since
    await town.stop();
  });
});
