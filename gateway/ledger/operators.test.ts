import { describe, expect, test } from 'vitest';
import { signDataset } from '../../sync/record/dataset.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import type { Ledger } from './interfaces.ts';
import { ModelDisk, ModelStore } from './store/index.ts';
import { bodyOf, KEYS, ledgerOn, settle } from './testing/fixtures.ts';

const DOCTOR = 'D140225000001';
const NURSE = 'D140225000002';

/** Puts the operators dataset in force as the township's link would. */
function install(ledger: Ledger, opters: string[]): void {
  const version = (ledger.dataset('operators')?.ref.version ?? 0) + 1;
  const content = JSON.stringify({ operators: opters.map((opter) => ({ opter })) });
  const fields = { name: 'operators', version, clinic: '*', issued: '2026-11-01T00:00:00.000Z', content };
  const { manifest } = signDataset(fields, KEYS.signing);
  ledger.install(manifest, content, payloadOf(manifest));
}

function box(opters: string[]) {
  const disk = new ModelDisk();
  const ledger = ledgerOn(new ModelStore(disk));
  install(ledger, opters);
  return { disk, ledger };
}

/** Every way to add a record in somebody's name. */
const acts: [string, (ledger: Ledger, operator: string) => unknown][] = [
  [
    'a settlement',
    (ledger, operator) =>
      ledger.settle({ operator, request: 'n', body: (seq) => bodyOf(ledger.ledger, seq, { request: 'n' }) }),
  ],
  [
    'a reversal',
    (ledger, operator) =>
      ledger.reverse({
        ...{ operator, request: 'back', seq: 3, reason: 'r', day: '2026-11-22' },
        refund: [{ way: 'cash', amount: '11.42' }],
      }),
  ],
  ['a day-close', (ledger, operator) => ledger.closeDay('2026-11-22', operator)],
  ['a service', (ledger, operator) => ledger.append('service', {}, operator)],
  ['a movement of stock', (ledger, operator) => ledger.append('stock', {}, operator)],
  ['a confirmed date', (ledger, operator) => ledger.confirmDay('2026-11-22', operator)],
];

describe.each(acts)('%s', (_what, act) => {
  test.each([
    ['nobody', ''],
    ['a stranger', 'D140225000009'],
    ['another spelling of an operator', `${DOCTOR} `],
    ['the name of a member of every object', 'constructor'],
  ])('in the name of %s is refused and leaves no trace', (_who, operator) => {
    const { ledger } = box([DOCTOR, 'gateway']);
    settle(ledger, { request: 'a' });
    const before = ledger.head();
    expect(() => act(ledger, operator)).toThrow('OPERATOR_UNKNOWN');
    expect([ledger.head(), ledger.todayTotals('2026-11-22').visits]).toEqual([before, 1]);
    act(ledger, DOCTOR);
    expect(ledger.head().seq).toBe(before.seq + 1);
  });

  test('of an operator whom the list has no longer is refused, also after a restart', () => {
    const { disk, ledger } = box([DOCTOR, NURSE]);
    settle(ledger, { request: 'a' });
    install(ledger, [DOCTOR]);
    for (const one of [ledger, ledgerOn(new ModelStore(disk))])
      expect(() => act(one, NURSE)).toThrow('OPERATOR_UNKNOWN');
    install(ledger, [NURSE]);
    expect(() => act(ledger, DOCTOR)).toThrow('OPERATOR_UNKNOWN');
    act(ledgerOn(new ModelStore(disk)), NURSE);
  });
});

test('what moves money is never done by the process itself, even if a list names it', () => {
  const { ledger } = box([DOCTOR, 'gateway']);
  settle(ledger, { request: 'a' });
  for (const [, act] of acts.slice(0, 5)) expect(() => act(ledger, 'gateway')).toThrow('OPERATOR_UNKNOWN');
  expect(ledger.append('incident', { code: 'X' }, 'gateway').seq).toBe(4);
});

test('before the first list there is a name all the same', () => {
  const ledger = ledgerOn(new ModelStore(new ModelDisk()));
  settle(ledger, { request: 'a' });
  settle(ledger, { request: 'b' });
  for (const [, act] of acts) expect(() => act(ledger, '')).toThrow('OPERATOR_UNKNOWN');
});

test('the request id of a reversal takes back one settlement and no other', () => {
  const { ledger } = box([DOCTOR]);
  const [first, second] = [settle(ledger, { request: 'a' }), settle(ledger, { request: 'b' })];
  const back = (seq: number) =>
    ledger.reverse({
      ...{ operator: DOCTOR, request: 'back', seq, reason: 'r', day: '2026-11-22' },
      refund: [{ way: 'cash', amount: '11.42' }],
    });
  back(first.seq);
  expect(() => back(second.seq)).toThrow('REQUEST_REUSED');
  expect(back(first.seq).repeated).toBe(true);
  expect(ledger.settlementAt(second.seq)?.reversedBy).toBeNull();
});
