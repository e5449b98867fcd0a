import { expect, test } from 'vitest';
import { FakeClock } from '../../../drivers/testing/fake-clock.ts';
import { randomOf } from '../../ledger/testing/fixtures.ts';
import { sealedDraftFile } from '../draft-file.ts';
import { createDrafts, type DraftFile } from './drafts.ts';
import { DRAFT, fileInMemory } from './testing/desk.ts';

const draft = (cnt: string) => ({ ...DRAFT, items: DRAFT.items.map((item) => ({ ...item, cnt })) });
const OPEN = new Set(['a', 'b']);

/** Counts the writes, each of which is one fsync. */
function counted(file: DraftFile) {
  const counts = { writes: 0 };
  const write = (text: string) => {
    counts.writes += 1;
    file.write(text);
  };
  return { counts, file: { read: file.read, write } };
}

function drafts(file: DraftFile, clock = new FakeClock(), open: ReadonlySet<string> = OPEN) {
  const failures: unknown[] = [];
  const kept = createDrafts({ file, clock, open, failed: (error) => failures.push(error) });
  return { kept, clock, failures };
}

test('the first change is kept at once, those of the same second together, and the same again not at all', async () => {
  const { counts, file } = counted(fileInMemory());
  const { kept, clock } = drafts(file);
  kept.keep('a', draft('1'));
  expect([counts.writes, drafts(file).kept.of('a')]).toEqual([1, draft('1')]);
  for (const cnt of ['2', '3', '4']) kept.keep('a', draft(cnt));
  kept.keep('b', draft('5'));
  expect(counts.writes).toBe(1);
  await clock.advance(1_000);
  expect(counts.writes).toBe(2);
  kept.keep('a', draft('4'));
  await clock.advance(60_000);
  expect([counts.writes, clock.timers]).toEqual([2, 0]);
  const again = drafts(file).kept;
  expect([again.of('a'), again.of('b'), again.damaged]).toEqual([draft('4'), draft('5'), false]);
});

test('a draft that is dropped is written away later, never at once: a settlement does not wait for it', async () => {
  const { counts, file } = counted(fileInMemory());
  const { kept, clock } = drafts(file);
  kept.keep('a', draft('1'));
  await clock.advance(60_000);
  kept.drop('a');
  expect([counts.writes, kept.of('a')]).toEqual([1, null]);
  await clock.advance(1_000);
  expect([counts.writes, file.read()]).toEqual([2, '{}']);
  kept.drop('a');
  expect(clock.timers).toBe(0);
});

test('what still waits is written at the end, and nothing after it', async () => {
  const { counts, file } = counted(fileInMemory());
  const { kept, clock } = drafts(file);
  kept.keep('a', draft('1'));
  kept.keep('a', draft('2'));
  kept.close();
  expect([drafts(file).kept.of('a'), clock.timers]).toEqual([draft('2'), 0]);
  kept.close();
  expect(counts.writes).toBe(2);
});

test('of a visit that is no longer open nothing is kept', () => {
  const file = fileInMemory();
  drafts(file).kept.keep('b', draft('1'));
  const again = drafts(file, new FakeClock(), new Set(['a'])).kept;
  expect([again.of('b'), again.damaged]).toEqual([null, false]);
});

test.each([
  ['no JSON', '{"a":'],
  ['another kind of value', '[]x'],
  ['null', 'null'],
  ['a draft without its lines', '{"a":{"diagnoses":[]}}'],
  ['a draft of another shape', '{"a":7}'],
])('%s is dropped with a word and keeps nobody from writing', (_what, text) => {
  const file = fileInMemory(text);
  const { kept } = drafts(file);
  expect([kept.damaged, kept.of('a')]).toEqual([true, null]);
  kept.keep('a', draft('1'));
  expect(drafts(file).kept.of('a')).toEqual(draft('1'));
});

test('one damaged draft takes no other along', () => {
  const { kept } = drafts(fileInMemory(JSON.stringify({ a: 7, b: draft('3') })));
  expect([kept.damaged, kept.of('b')]).toEqual([true, draft('3')]);
});

test('a full disk is told, and the next change tries again', async () => {
  const memory = fileInMemory();
  let full = true;
  const write = (text: string) => {
    if (full) throw new Error('ENOSPC');
    memory.write(text);
  };
  const { kept, clock, failures } = drafts({ read: memory.read, write });
  kept.keep('a', draft('1'));
  expect([failures.length, kept.of('a')]).toEqual([1, draft('1')]);
  full = false;
  kept.keep('a', draft('2'));
  await clock.advance(1_000);
  expect(drafts(memory).kept.of('a')).toEqual(draft('2'));
});

test('the file is sealed: it names neither drug nor person, opens under its key alone, and a changed bit shows', () => {
  const folder = new Map<string, string>();
  const state = {
    read: (name: string) => folder.get(name) ?? null,
    write: (name: string, text: string) => void folder.set(name, text),
  };
  const file = (key: number) => sealedDraftFile(state, new Uint8Array(32).fill(key), randomOf('drafts'));
  expect(file(1).read()).toBeNull();
  file(1).write(JSON.stringify({ a: draft('1') }));
  const [name = '', text = ''] = [...folder][0] ?? [];
  expect(text + Buffer.from(text, 'base64url').toString('latin1')).not.toContain(
    DRAFT.items[0]?.med_list_codg,
  );
  expect(drafts(file(1)).kept.of('a')).toEqual(draft('1'));
  expect(drafts(file(2)).kept).toMatchObject({ damaged: true });
  folder.set(name, `${text.slice(0, 60)}${text[60] === 'A' ? 'B' : 'A'}${text.slice(61)}`);
  expect(drafts(file(1)).kept).toMatchObject({ damaged: true });
});
