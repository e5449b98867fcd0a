import { expect, test } from 'vitest';
import { actFor, type Press } from './keys.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrl: false,
  composing: false,
  held: false,
  inField: false,
  ...more,
});

test('the keys of the desk, in a field or not', () => {
  for (const inField of [false, true]) {
    expect(actFor(press('F2', { inField }), 'desk')).toBe('search');
    expect(actFor(press('F3', { inField }), 'desk')).toBe('diagnosis');
    expect(actFor(press('F4', { inField }), 'desk')).toBe('repeat');
    expect(actFor(press('F9', { inField }), 'desk')).toBe('settle');
    expect(actFor(press('Escape', { inField }), 'desk')).toBe('back');
  }
});

test('a letter with nothing to go to goes to the search', () => {
  expect(actFor(press('a'), 'desk')).toBe('type');
  expect(actFor(press('a', { inField: true }), 'desk')).toBeNull();
  expect(actFor(press('Tab'), 'desk')).toBeNull();
});

test('a held key, an input method and a shortcut of the browser do nothing', () => {
  expect(actFor(press('F9', { held: true }), 'desk')).toBeNull();
  expect(actFor(press('F9', { composing: true }), 'desk')).toBeNull();
  expect(actFor(press('F4', { ctrl: true }), 'desk')).toBeNull();
});

test('after 结算 a key goes on, but never F9 pressed twice', () => {
  for (const key of ['Enter', 'Escape', ' ', 'F2']) expect(actFor(press(key), 'after')).toBe('next');
  expect(actFor(press('F9'), 'after')).toBeNull();
  expect(actFor(press('Enter', { inField: true }), 'after')).toBeNull(); // the button has it
});
