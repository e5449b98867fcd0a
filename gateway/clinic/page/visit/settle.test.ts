import { describe, expect, test } from 'vitest';
import type { SettledView } from '../../api/views/types.ts';
import { type Confirm, NoAnswer, Refused } from '../shared/api.ts';
import type { KeyValueStore } from '../shared/ports.ts';
import { backOffMs, beginAttempt, keptAttempt, settle } from './settle.ts';

function storage(): KeyValueStore {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const wanted = {
  visit: 'v1',
  digest: 'd1',
  draft: { diagnoses: [], items: [{ med_list_codg: 'A', cnt: '1' }] },
  paid_way: 'cash' as const,
};
const settled = { seq: 7 } as SettledView;

function counter() {
  let n = 0;
  return () => `r${++n}`;
}

/** Answers one after the other; what was sent is kept. */
function gateway(...answers: (SettledView | Error)[]) {
  const sent: { visit: string; body: Confirm }[] = [];
  const confirm = async (visit: string, body: Confirm) => {
    sent.push({ visit, body });
    const answer = answers[sent.length - 1] ?? settled;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, confirm };
}

const quiet = { wait: async () => {}, asking: () => {}, stopped: () => false };

describe('the request id', () => {
  test('stays over a reload until there is an answer', () => {
    const kept = storage();
    const newId = counter();
    const first = beginAttempt(kept, wanted, newId);
    expect(keptAttempt(kept)).toEqual(first); // what a reloaded page finds
    expect(beginAttempt(kept, wanted, newId).request).toBe(first.request);
  });

  test('is another for another price or another visit', () => {
    const kept = storage();
    const newId = counter();
    expect(beginAttempt(kept, wanted, newId).request).toBe('r1');
    expect(beginAttempt(kept, { ...wanted, digest: 'd2' }, newId).request).toBe('r2');
    expect(beginAttempt(kept, { ...wanted, visit: 'v2' }, newId).request).toBe('r3');
  });

  test('is forgotten with the answer, so that the next settlement has its own', async () => {
    const kept = storage();
    const newId = counter();
    const { confirm } = gateway(settled);
    await settle(beginAttempt(kept, wanted, newId), { ...quiet, confirm, storage: kept });
    expect(keptAttempt(kept)).toBeNull();
    expect(beginAttempt(kept, wanted, newId).request).toBe('r2');
  });

  test('what cannot be read on the storage is no attempt', () => {
    const kept = storage();
    kept.setItem('cunyitong.attempt', '{"request":');
    expect(keptAttempt(kept)).toBeNull();
  });
});

describe('settling', () => {
  test('asks again with the same id after silence and after a fault', async () => {
    const kept = storage();
    const fault = new Refused(503, { code: 'DISK', number: 416, text: '磁盘' });
    const { sent, confirm } = gateway(new NoAnswer(), fault, settled);
    const heard: unknown[] = [];
    const outcome = await settle(beginAttempt(kept, wanted, counter()), {
      ...quiet,
      confirm,
      storage: kept,
      asking: (asked, view) => heard.push([asked, view?.code ?? null]),
    });
    expect(outcome).toEqual({ kind: 'settled', settled });
    expect(sent.map(({ body }) => body.request)).toEqual(['r1', 'r1', 'r1']);
    expect(heard).toEqual([
      [1, null],
      [2, 'DISK'],
    ]);
  });

  test('a refusal is final', async () => {
    const kept = storage();
    const view = { code: 'QUOTE_CHANGED', number: 617, text: '价钱变了' };
    const { confirm } = gateway(new Refused(409, view));
    const outcome = await settle(beginAttempt(kept, wanted, counter()), { ...quiet, confirm, storage: kept });
    expect(outcome).toEqual({ kind: 'refused', view });
    expect(keptAttempt(kept)).toBeNull();
  });

  test('a lock and a stop keep the attempt', async () => {
    const kept = storage();
    const attempt = beginAttempt(kept, wanted, counter());
    const out = gateway(new Refused(401, { code: 'LOGIN_NEEDED', number: 703, text: '请登录' }));
    expect(await settle(attempt, { ...quiet, confirm: out.confirm, storage: kept })).toEqual({
      kind: 'locked',
    });
    const silent = gateway(new NoAnswer());
    expect(
      await settle(attempt, { ...quiet, confirm: silent.confirm, storage: kept, stopped: () => true }),
    ).toEqual({ kind: 'stopped' });
    expect(keptAttempt(kept)).toEqual(attempt);
  });

  test('waits longer each time, but never long', () => {
    expect([0, 1, 2, 3, 9].map(backOffMs)).toEqual([400, 800, 1600, 3200, 5000]);
  });
});
