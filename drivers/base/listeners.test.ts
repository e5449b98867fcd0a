import { expect, test } from 'vitest';
import { Listeners } from './listeners.ts';

const boom = new Error('a mistake of the listener');
const fails = () => {
  throw boom;
};

test('all are called in their order, until each is taken away', () => {
  const called: string[] = [];
  const listeners = new Listeners<string>();
  const first = listeners.add((value) => called.push(`first ${value}`));
  listeners.add((value) => called.push(`second ${value}`));
  listeners.emit('a');
  first();
  listeners.emit('b');
  expect(called).toEqual(['first a', 'second a', 'second b']);
});

test('one that throws is reported, and keeps no other from being called', () => {
  const called: number[] = [];
  const faults: unknown[] = [];
  const listeners = new Listeners<number>((error) => faults.push(error));
  listeners.add(fails);
  listeners.add((value) => called.push(value));
  listeners.emit(7);
  expect([called, faults]).toEqual([[7], [boom]]);
});

test('without somebody to report to, the error reaches whoever emits, after all were called', () => {
  const called: number[] = [];
  const listeners = new Listeners<number>();
  listeners.add(fails);
  listeners.add((value) => called.push(value));
  expect(() => listeners.emit(7)).toThrow(boom);
  expect(called).toEqual([7]);
});
