import { beforeEach, describe, expect, test } from 'vitest';
import { ledgerTopic } from '../contract/topics.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../testing/model-world.ts';
import { clinicReport } from '../township/book/report.ts';

/** What each side knows of the other when nothing, or not much, is said. */

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

const report = () => clinicReport(here.town().store, here.clock.now())[0];

test('presence is numbers only; how a box is travels in its hello, sealed', async () => {
  const said: string[] = [];
  here.spy.onMessage((topic, payload) => {
    if (topic.endsWith('/state') || topic.endsWith('/up')) said.push(payload.toString('latin1'));
  });
  await here.spy.subscribe(ledgerTopic(box.source.clinic, box.source.ledger, 'state'));
  await here.spy.subscribe(ledgerTopic(box.source.clinic, box.source.ledger, 'up'));
  box.source.append('stock', {});
  await here.clock.advance(70_000);
  expect(
    said.filter((text) => text.startsWith('{')).map((text) => Object.keys(JSON.parse(text))),
  ).toContainEqual(['v', 'boot', 'connected', 'head', 'held']);
  expect(said.length).toBeGreaterThan(2);
  for (const text of said) expect(text).not.toMatch(/SERIAL|software/);
  expect(report()?.status).toEqual({ software: 'test', devices: [{ serial: 'SERIAL-1' }] });
});

test('a clinic is behind as soon as its presence says so, not with its next hello', async () => {
  await here.clock.advance(5_000);
  box.source.read = () => []; // what it has does not go up
  for (let i = 0; i < 7; i += 1) box.source.append('stock', { i });
  await here.clock.advance(61_000);
  expect(report()).toMatchObject({ head: 7, through: 0, behind: 7 });
});

describe('a township that does not answer', () => {
  test('is silent after the third hello, and is not when it speaks again', async () => {
    await here.clock.advance(5_000);
    expect(box.link.state()).toMatchObject({ connected: true, code: null });
    const { town } = here;
    await town().stop();
    box.bus.cut();
    await here.clock.advance(5_000);
    expect(box.link.state()).toMatchObject({ connected: true, code: null });
    await here.clock.advance(60_000);
    expect(box.link.state()).toMatchObject({ connected: true, code: 'TOWNSHIP_SILENT' });
    await here.restore(town().db);
    await here.clock.advance(60_000);
    expect(box.link.state()).toMatchObject({ connected: true, code: null });
  });

  test('to a box it has revoked, and which hears nothing of it, it is silent too', async () => {
    await here.clock.advance(5_000);
    here.town().store.ledgers.revoke(box.keys.signing.kid, '2026-11-22T00:00:00.000Z');
    await here.clock.advance(1_400_000);
    expect(box.link.state()).toMatchObject({ connected: true, code: 'TOWNSHIP_SILENT' });
  });
});
