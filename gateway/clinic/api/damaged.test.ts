import { describe, expect, test } from 'vitest';
import { DOCTOR, DRAFT, PATIENT, settleOne, type TestDesk } from '../visit/testing/desk.ts';
import { testApi } from './testing/api.ts';
import type { DeskView, TodayView } from './views/types.ts';

/** What is damaged in the store is shown and counted, and only what needs it stops. */

const { api, send, post, quoted } = await testApi();

/** As a medium leaves it that loses a sector. */
const ruined = (sealed: Uint8Array) => Buffer.alloc(sealed.length);
function damageRecord({ disk }: TestDesk, seq: number): void {
  const row = disk.records[seq - 1];
  if (row) disk.records[seq - 1] = { ...row, sealed: ruined(row.sealed) };
}
function damageDataset({ disk }: TestDesk, name: string, version: number): void {
  for (const row of disk.datasets)
    if (row.name === name && row.version === version) row.sealed = ruined(row.sealed);
}
const restart = () => {
  api.here = api.here.restart();
  return api.here;
};
const view = async <T>(url: string) => (await send({ method: 'GET', url })).json<T>();
const damage = () => api.here.ledger.damage();

describe('one damaged settlement', () => {
  test('keeps nobody from starting, pricing and settling; the day shows the others and names it', async () => {
    const [first, second, third] = [1, 2, 3].map(() => settleOne(api.here).seq);
    damageRecord(api.here, second ?? 0);
    restart();
    expect(damage()).toEqual([{ code: 'RECORD_DAMAGED', places: [`record ${second}`] }]);
    const today = await view<TodayView>('/api/today');
    expect(today.settlements.map(({ seq }) => seq)).toEqual([third, first]);
    expect(today.unreadable).toEqual([second]);
    expect((await view<DeskView>('/api/desk')).today.visits).toBe(3);
    const { url, confirm } = await quoted();
    expect((await post(url, confirm)).statusCode).toBe(200);
    expect(await view(`/api/settlements/${first}`)).toMatchObject({ seq: first });
  });

  test('cannot be shown, printed or taken back, and says why', async () => {
    const { seq } = settleOne(api.here);
    settleOne(api.here);
    damageRecord(api.here, seq);
    restart();
    const reverse = { request: 'request-of-damaged-1', reason: '记错了', refund_way: 'cash' };
    const answers = [
      await send({ method: 'GET', url: `/api/settlements/${seq}` }),
      await post(`/api/settlements/${seq}/reprint`, {}),
      await post(`/api/settlements/${seq}/reverse`, reverse),
    ];
    for (const answer of answers)
      expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'RECORD_DAMAGED' }]);
  });

  test('that is the last one shown on the desk leaves the desk as it is', async () => {
    const { seq } = settleOne(api.here);
    api.here.ledger.append('incident', { code: 'DISK_LOW', free_bytes: 1 }, 'gateway');
    damageRecord(api.here, seq);
    restart();
    expect(await view<DeskView>('/api/desk')).toMatchObject({ settled: null, today: { visits: 1 } });
    expect(damage().map(({ code }) => code)).toEqual(['RECORD_DAMAGED']);
  });

  test('at the end of the chain stops the start: what comes after it could not be chained', () => {
    const { seq } = settleOne(api.here);
    damageRecord(api.here, seq);
    expect(restart).toThrow('SEAL_BROKEN');
  });

  test('is no reason to take another record for it: the uplink asks for its hash and gets the right one', () => {
    const { seq, hash } = settleOne(api.here);
    settleOne(api.here);
    damageRecord(api.here, seq);
    expect(restart().ledger.hashAt(seq)).toBe(hash);
    expect(() => api.here.ledger.read(seq - 1, 1, 1_000_000)).toThrow('RECORD_DAMAGED');
  });
});

test('a damaged visit is let go, the others stay', () => {
  const { desk, disk } = api.here;
  const gone = desk.open({ psn_no: PATIENT }).id;
  const kept = desk.open({ psn_name: '过路人' }).id;
  const row = disk.visits.get(gone);
  if (row) disk.visits.set(gone, { ...row, sealed: ruined(row.sealed) });
  expect(
    restart()
      .desk.visits()
      .map(({ id }) => id),
  ).toEqual([kept]);
  expect(damage()).toMatchObject([{ code: 'RECORD_DAMAGED' }]);
});

test('a damaged objection leaves a gap, which the township fills', () => {
  const { ledger, disk } = api.here;
  for (const text of ['a.b.c', 'd.e.f']) ledger.addObjection(text);
  const [first] = disk.findings.keys();
  if (first) disk.findings.set(first, Buffer.alloc(60));
  expect(restart().ledger.objections()).toEqual(['d.e.f']);
  api.here.ledger.addObjection('a.b.c');
  expect(api.here.ledger.objections()).toEqual(['a.b.c', 'd.e.f']);
});

test('a delivery mark that is none is asked for again', () => {
  settleOne(api.here);
  const { disk, ledger } = api.here;
  for (const mark of ['1r', '-1', String(ledger.head().seq + 1)]) {
    disk.meta.set('held', mark);
    expect(restart().ledger.deliveredThrough()).toBe(0);
  }
});

describe('a damaged dataset', () => {
  const bundles = () => api.here.ledger.datasetNames().filter((name) => name.startsWith('bundle/'));
  const manifestOf = (name: string) => {
    const row = api.here.disk.datasets.find((one) => one.name === name && one.version === 1);
    const found = api.here.ledger.dataset(name, 1);
    if (!row || !found) throw new Error(`no ${name}`);
    return { jws: row.manifest, content: found.content, manifest: found.manifest };
  };

  test('is asked for again, and put back without another record', async () => {
    const { jws, content, manifest } = manifestOf('operators');
    damageDataset(api.here, 'operators', 1);
    const { ledger, desk } = restart();
    expect(() => desk.reference().operators.value).toThrow('DATASET_DAMAGED');
    expect((await post('/api/session', { opter: 'x', pin: '1' })).json()).toMatchObject({
      code: 'DATASET_DAMAGED',
    });
    expect(ledger.datasets().operators).toBeUndefined();
    const before = ledger.head();
    expect(() => ledger.install(jws, content, { ...manifest, sha256: '0'.repeat(64) })).toThrow(
      'DATASET_REFUSED',
    );
    ledger.install(jws, content, manifest);
    expect([ledger.datasets().operators, ledger.head(), ledger.damage()]).toEqual([1, before, []]);
    expect(desk.reference().operators.ref.version).toBe(1);
    expect(restart().ledger.dataset('operators')?.content).toBe(content);
  });

  test('gives way to the version before it, for prices, logins and signatures alike', () => {
    const { jws, content, manifest } = manifestOf('operators');
    api.here.ledger.install(jws, content, { ...manifest, version: 2 });
    damageDataset(api.here, 'operators', 2);
    const here = restart();
    expect(here.desk.reference().operators.ref.version).toBe(1);
    expect(here.ledger.datasets().operators).toBe(1);
    expect(settleOne(here).seq).toBe(here.ledger.head().seq);
    expect(here.ledger.damage()).toEqual([{ code: 'DATASET_DAMAGED', places: ['dataset operators 2'] }]);
  });

  const NAMES = ['roster', 'catalogue', 'diagnoses', 'clinic'];
  test.each([...NAMES, 'every bundle'])('%s: login, today, slips and reversals go on', async (name) => {
    const { seq } = settleOne(api.here);
    for (const one of name === 'every bundle' ? bundles() : [name]) damageDataset(api.here, one, 1);
    restart();
    expect(await view('/api/operators')).toHaveLength(1);
    expect((await send({ method: 'GET', url: '/api/session' })).statusCode).toBe(200);
    expect((await send({ method: 'GET', url: '/api/desk' })).statusCode).toBe(200);
    expect(damage().map(({ code }) => code)).toEqual(['DATASET_DAMAGED']);
    expect((await view<TodayView>('/api/today')).settlements.map((one) => one.seq)).toEqual([seq]);
    expect((await post(`/api/settlements/${seq}/reprint`, {})).statusCode).toBe(200);
    const reverse = { request: 'request-of-damaged-2', reason: '记错了', refund_way: 'cash' };
    expect((await post(`/api/settlements/${seq}/reverse`, reverse)).statusCode).toBe(200);
  });

  test.each(['roster', 'every bundle'])('%s: insured visits are refused, self-pay goes on', (name) => {
    for (const one of name === 'every bundle' ? bundles() : [name]) damageDataset(api.here, one, 1);
    const { desk } = restart();
    const insured = () => desk.quote(desk.open({ psn_no: PATIENT }).id, DRAFT, DOCTOR);
    expect(insured).toThrow('DATASET_DAMAGED');
    const { id } = desk.open({ psn_name: '过路人' });
    const { digest, pay_mode } = desk.quote(id, DRAFT, DOCTOR);
    expect(pay_mode).toBe('self-pay');
    const confirm = {
      visit: id,
      request: 'request-of-self-pay',
      paid_way: 'cash',
      operator: DOCTOR,
    } as const;
    const { body } = desk.confirm({ ...confirm, digest: digest ?? '', draft: DRAFT });
    expect(body.datasets.roster).toMatchObject({ name: 'roster', version: 1 });
  });

  test('of another place than the person’s stops nobody', () => {
    damageDataset(api.here, 'bundle/shanwei-resident', 1);
    expect(settleOne(restart()).body.datasets.bundle).not.toBeNull();
    expect(damage()).toEqual([{ code: 'DATASET_DAMAGED', places: ['dataset bundle/shanwei-resident 1'] }]);
  });

  test('that is gone altogether is said, and stops only what needs it', async () => {
    const { disk } = api.here;
    disk.datasets.splice(0, disk.datasets.length, ...disk.datasets.filter((one) => one.name !== 'roster'));
    restart();
    expect((await send({ method: 'GET', url: '/api/session' })).statusCode).toBe(200);
    expect((await view<DeskView>('/api/desk')).notices.map(({ code }) => code)).toEqual(['NOT_READY']);
    expect(() => api.here.desk.open({ psn_no: PATIENT })).toThrow('NOT_READY');
  });
});
