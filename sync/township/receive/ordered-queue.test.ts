import { expect, test } from 'vitest';
import { createOrderedQueue } from './ordered-queue.ts';

test('what is ready first waits for what was added first, and who adds too much is asked to wait', async () => {
  const queue = createOrderedQueue(2);
  const done: number[] = [];
  const parts = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const answers = parts.map(({ promise }, n) => queue.add(promise, () => void done.push(n)));
  expect(answers.map((answer) => answer !== undefined)).toEqual([false, false, true, true, true]);
  for (const part of parts.slice(1).reverse()) part.resolve();
  await new Promise(setImmediate);
  expect(done).toEqual([]);
  parts[0]?.resolve();
  await answers[2];
  expect(done[0]).toBe(0);
  await queue.idle();
  expect(done).toEqual([0, 1, 2, 3, 4]);
});
