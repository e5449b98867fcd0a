import { expect, test } from 'vitest';
import { type ModelBox, modelWorld } from '../../testing/model-world.ts';

const versions = ({ source }: ModelBox) => source.installed.map(({ name, version }) => `${name} ${version}`);

test('a dataset that a box could not take is sent again after its next hello, and then no more', async () => {
  const here = await modelWorld();
  const box = here.box();
  await here.clock.advance(5_000);
  const { install } = box.source;
  let refused = 0;
  box.source.install = () => {
    refused += 1;
    throw new Error('the disk is full');
  };
  here.town().datasets.add(here.dataset('catalogue', 1, '{}'));
  here.town().receiver.offerAll();
  here.town().receiver.offerAll(); // is under way
  await here.clock.advance(5_000);
  expect(refused).toBe(1);
  box.source.install = install;
  box.bus.cut();
  await here.clock.advance(5_000);
  expect(versions(box)).toEqual(['catalogue 1']);
  here.town().receiver.offerAll();
  box.bus.cut();
  await here.clock.advance(5_000);
  expect(versions(box)).toEqual(['catalogue 1']);
});

test('a box gets the newest version of what is for its clinic, and of nothing else', async () => {
  const here = await modelWorld();
  const [first, second] = [here.box(1), here.box(2)];
  const { datasets, receiver } = here.town();
  const by = here.keys.signing;
  datasets.add(here.dataset('roster', 1, '{"a":1}', by));
  datasets.add(here.dataset('roster', 2, '{"a":2}', by, second.source.clinic));
  receiver.offerAll();
  await here.clock.advance(5_000);
  expect(versions(first)).toEqual(['roster 1']);
  expect(versions(second)).toEqual(['roster 2']);
});
