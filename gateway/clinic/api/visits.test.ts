import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { errorWords } from '../../errors.ts';
import { BOX_OF_26_34, DRAFT, install, PATIENT, person } from '../visit/testing/desk.ts';
import { LINKED, testApi } from './testing/api.ts';
import type { DeskView, QuoteView, SettledView, VisitView } from './views/types.ts';

const { api, send, post, login, refused, quoted } = await testApi();

describe('a body', () => {
  const json = { 'content-type': 'application/json' };
  const raw = (payload: string | Buffer, headers: Record<string, string> = json) =>
    ({ method: 'POST', url: '/api/visits', payload, headers }) as const;

  test.each([
    ['broken JSON', raw('{"psn_no":')],
    ['nothing', raw('')],
    ['an empty object', raw('{}')],
    ['a list', raw('[]')],
    ['a prototype', raw('{"__proto__":{"psn_no":"x"}}')],
    ['a member more', raw('{"psn_no":"x","psn_name":"y","certno":"z"}')],
    ['another type of content', raw('psn_no=x', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['text', raw('{"psn_no":"x"}', { 'content-type': 'text/plain' })],
  ])('of %s is refused', async (_what, options) => {
    await refused(options, 400, 'REQUEST_INVALID');
  });

  test('beyond 64 KiB is refused, said or not', async () => {
    await refused(raw(JSON.stringify({ psn_name: 'x'.repeat(66_000) })), 413, 'BODY_TOO_LARGE');
  });

  test('of a confirm must have its shape', async () => {
    const { url, confirm } = await quoted();
    for (const wrong of [
      { request: 'short' },
      { request: `${'r'.repeat(20)}\n` },
      { digest: 'F'.repeat(64) },
      { paid_way: 'credit' },
      { draft: null },
      { draft: { ...DRAFT, items: Array(201).fill(DRAFT.items[0]) } },
    ])
      await refused({ method: 'POST', url, payload: { ...confirm, ...wrong } }, 400, 'REQUEST_INVALID');
  });
});

describe('a visit over the wire', () => {
  test.each([
    ['a quantity of 0', '0', 'ITEM_QUANTITY'],
    ['a quantity of 10 000', '10000', 'ITEM_QUANTITY'],
  ] as const)('%s is shown at its line and refused at the confirm', async (_what, cnt, code) => {
    const draft = { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt, prd_days: 14 }] };
    const { url, confirm } = await quoted(draft);
    expect(confirm.digest).toBeNull();
    const quote = (await post(url.replace('confirm', 'quote'), draft)).json<QuoteView>();
    expect(quote.problems).toEqual([{ ...errorWords(code), line: 0 }]);
    const payload = { ...confirm, digest: '0'.repeat(64) };
    await refused({ method: 'POST', url, payload }, 422, code);
  });

  test('a price that is no longer true comes back with the one that is', async () => {
    const { url, confirm } = await quoted();
    const payload = { ...confirm, digest: '0'.repeat(64) };
    const { quote } = await refused({ method: 'POST', url, payload }, 409, 'QUOTE_CHANGED');
    expect(quote).toMatchObject({ fund_pay_sumamt: '14.92', psn_part_amt: '11.42' });
    const settled = await post(url, { ...confirm, digest: quote?.digest });
    expect(settled.json<SettledView>()).toMatchObject({ fund_pay_sumamt: '14.92' });
  });

  test('a person whom the roster has otherwise now is shown anew before anything is settled', async () => {
    const { url, confirm } = await quoted();
    const other = { psn_name: '张三丰', certno: '14022519740506001X', gend: '2', brdy: '1990-05-06' };
    install(api.here.ledger, 'roster', { persons: [{ ...person(PATIENT), ...other }] });
    const { quote } = await refused({ method: 'POST', url, payload: confirm }, 409, 'QUOTE_CHANGED');
    const changed = expect.stringContaining(errorWords('PERSON_CHANGED').text);
    expect(quote?.findings).toContainEqual(expect.objectContaining({ text: changed }));
    const get = (url: string) => send({ method: 'GET', url });
    const { person: now } = (await get(url.replace('/confirm', ''))).json<VisitView>();
    expect(now).toMatchObject({ psn_name: '张三丰', gend: '女', age: 36 });
    expect(now.certno_masked).toMatch(/001X$/);
    expect(now.standing).toContainEqual({ text: changed, ok: false });
    const { visits } = (await get('/api/desk')).json<DeskView>();
    expect(visits).toMatchObject([{ psn_name: '张三丰' }]);
    const settled = await post(url, { ...confirm, digest: quote?.digest });
    expect(settled.json<SettledView>()).toMatchObject({ psn_name: '张三丰' });
  });

  test('midnight between quote and confirm settles nothing', async () => {
    api.here.clock.now = Date.UTC(2026, 10, 22, 15, 59, 59);
    await login();
    const { url, confirm } = await quoted();
    api.here.clock.now += 1_000;
    await refused({ method: 'POST', url, payload: confirm }, 409, 'QUOTE_CHANGED');
  });

  test('the same confirm twice at once settles once, with one answer', async () => {
    const { url, confirm } = await quoted();
    const before = api.here.ledger.head().seq;
    const [one, two] = await Promise.all([post(url, confirm), post(url, confirm)]);
    expect([one.statusCode, two.statusCode]).toEqual([200, 200]);
    expect(one.json()).toEqual(two.json());
    expect(api.here.ledger.head().seq).toBe(before + 1);
    expect(api.here.ledger.todayTotals(api.here.desk.today())).toMatchObject({ visits: 1, fund: 1492 });
  });

  test('an id that was paid in another way is refused; nothing is booked', async () => {
    const { url, confirm } = await quoted();
    const { seq } = (await post(url, confirm)).json<SettledView>();
    for (const paid_way of ['owed', 'code'])
      await refused({ method: 'POST', url, payload: { ...confirm, paid_way } }, 409, 'REQUEST_REUSED');
    expect((await post(url, confirm)).json<SettledView>()).toMatchObject({ seq, paid_way: 'cash' });
    const back = { request: 'request-of-reversal-7', reason: '开错了', refund_way: 'cash' };
    const reverse = `/api/settlements/${seq}/reverse`;
    expect((await post(reverse, back)).statusCode).toBe(200);
    const other = { method: 'POST', url: reverse, payload: { ...back, refund_way: 'code' } } as const;
    await refused(other, 409, 'REQUEST_REUSED');
    expect((await post(reverse, back)).statusCode).toBe(200);
  });

  test.each([
    ['刘建国', 'PERSON_SAME_NAME'],
    [' 刘·建国 ', 'PERSON_SAME_NAME'],
    ['钱过路', 'PERSON_UNKNOWN'],
  ] as const)('a name alone, %j: %s', async (psn_name, code) => {
    const { person: who } = (await post('/api/visits', { psn_name })).json<VisitView>();
    expect(who.self_pay).toEqual(errorWords(code));
  });

  test('another request for a visit that has been settled settles nothing', async () => {
    const { url, confirm } = await quoted();
    await post(url, confirm);
    const payload = { ...confirm, request: 'request-of-server-2' };
    await refused({ method: 'POST', url, payload }, 404, 'VISIT_UNKNOWN');
  });

  test('an id of another act is refused: another visit, a reversal of another settlement', async () => {
    const one = await quoted();
    const { seq } = (await post(one.url, one.confirm)).json<SettledView>();
    const two = await quoted();
    const reused = {
      method: 'POST',
      url: two.url,
      payload: { ...two.confirm, request: one.confirm.request },
    };
    await refused(reused as InjectOptions, 409, 'REQUEST_REUSED');
    const request = 'request-of-server-2';
    const { seq: other } = (await post(two.url, { ...two.confirm, request })).json<SettledView>();
    const reverse = { request: 'request-of-reversal', reason: '开错了', refund_way: 'cash' };
    const back = await post(`/api/settlements/${seq}/reverse`, reverse);
    expect(back.json<SettledView>()).toMatchObject({ seq, reversed: true });
    const url = `/api/settlements/${other}/reverse`;
    await refused({ method: 'POST', url, payload: reverse }, 409, 'REQUEST_REUSED');
    await refused({ method: 'POST', url, payload: { ...reverse, request } }, 409, 'REQUEST_REUSED');
  });

  test('no address leads anywhere else', async () => {
    for (const url of ['/api/nothing', '/../package.json', '/%2e%2e/keys.json', '/api/visits/none'])
      expect((await send({ method: 'GET', url })).statusCode).toBe(404);
    await refused({ method: 'GET', url: '/api/settlements/1' }, 404, 'NOT_FOUND');
    await refused({ method: 'GET', url: '/api/settlements/99999' }, 404, 'NOT_FOUND');
    await refused({ method: 'GET', url: '/api/settlements/x' }, 400, 'REQUEST_INVALID');
  });

  test('no identity number comes out unmasked', async () => {
    const { url, confirm } = await quoted();
    const answers = [
      (await send({ method: 'GET', url: url.replace('/confirm', '') })).body,
      (await send({ method: 'GET', url: `/api/persons?q=${encodeURIComponent('刘')}` })).body,
      (await post(url, confirm)).body,
      (await send({ method: 'GET', url: '/api/desk' })).body,
      (await send({ method: 'GET', url: '/api/today' })).body,
    ];
    for (const body of answers) expect(body).not.toContain(person(PATIENT).certno);
    // A person's number at the insurer has 20 digits, an identity number 18.
    for (const body of answers) expect(body).not.toMatch(/"\d{17}[\dX]"/);
  });
});

test('the lights are the devices in the order of the settings, then the township', async () => {
  const { lights } = (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();
  const well = { code: null, number: null };
  expect(lights).toEqual([
    { id: 'idcard', role: 'identify', title: '读卡器', state: 'ok', text: '读卡器 正常', ...well },
    {
      id: 'slip',
      role: 'print',
      title: '打印机',
      state: 'attention',
      ...errorWords('PRINTER_PAPER_END'),
    },
    { id: 'codes', role: 'scan', title: '扫码枪', state: 'busy', text: '扫码枪 正在接上…', ...well },
    expect.objectContaining({ id: 'township', role: 'township', title: '乡镇', state: 'busy' }),
  ]);
});

describe('the township’s light', () => {
  const desk = async () => (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();

  test('says what stands in the way, not only that it is not connected', async () => {
    for (const code of ['LINK_DOWN', 'BROKER_UNTRUSTED', 'BROKER_REFUSED', 'CERTIFICATE_UNFIT'] as const) {
      api.link = { ...LINKED, connected: false, code };
      const township = (await desk()).lights.at(-1);
      const { number, text } = errorWords(code);
      const words = expect.stringContaining(text.replace(/。$/, '（待传 '));
      expect(township).toMatchObject({ state: 'attention', code, number, text: words });
    }
  });

  test('a certificate’s end is announced 30 days ahead', async () => {
    const codes = async (days: number) => {
      api.link = { ...LINKED, certificate_until: api.here.clock.now + days * 86_400_000 };
      return (await desk()).notices.map(({ code }) => code);
    };
    expect(await codes(31)).toEqual([]);
    expect(await codes(29)).toEqual(['CERTIFICATE_ENDING']);
    expect(await codes(-400)).toEqual(['CERTIFICATE_ENDING']);
  });
});
