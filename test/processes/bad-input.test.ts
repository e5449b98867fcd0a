import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SdtMischief } from '../../drivers/sdt/simulator.ts';
import type {
  ErrorView,
  QuoteView,
  SettledView,
  TodayView,
  VisitView,
} from '../../gateway/clinic/api/views/types.ts';
import { cardOf, type DemoCard } from '../../gateway/demo/devices.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { runCommand, type Started, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';
import { type Pieces, slipsOf, startPieces } from './pieces.ts';
import { demoData, privateWords } from './samples.ts';

/**
 * Bad input as it comes in earnest: over the cable of the reader and the socket of the page, into the running
 * processes.
 */

const CHINESE = /[\u4e00-\u9fff]/;
const DRAFT = {
  diagnoses: [{ diag_code: 'I10.x00x002' }],
  items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
};
const persons: Person[] = demoData('roster').persons;
const STRANGER: DemoCard = {
  id: 'stranger',
  name: '钱过路',
  note: '',
  certno: '110101196001010011',
  gend: '1',
  brdy: '1960-01-01',
};

let pieces: Pieces;
let gateway: Started;
let doctor: Doctor;

beforeAll(async () => {
  pieces = await startPieces();
  gateway = await pieces.startGateway();
  doctor = new Doctor(pieces.url);
  await doctor.login();
});

afterAll(async () => {
  await gateway?.stop();
  await pieces?.stop();
});

/** Head of the ledger and what was settled today, when slips and records are through. */
async function state(): Promise<string> {
  const today = await until(
    'today at rest',
    () => doctor.ask<Pick<TodayView, 'settlements'>>('GET', '/api/today'),
    ({ settlements }) => settlements.every(({ slip, township }) => slip === 'printed' && township === 'held'),
  );
  const { out } = await runCommand(['ledger', 'verify', '--state', pieces.clinic]);
  return out + JSON.stringify(today);
}

function expectSecrecy(): void {
  const log = gateway.log() + pieces.office.log();
  const words = [...privateWords(), STRANGER.name, STRANGER.certno];
  expect(words.filter((word) => log.includes(word))).toEqual([]);
  expect(log).not.toMatch(/\bat .+\.ts:\d/);
}

test.each<[string, SdtMischief, string]>([
  ['a wrong checksum', { kind: 'checksum' }, 'SDT_CHECKSUM'],
  ['half a frame', { kind: 'half', bytes: 700 }, 'SDT_FRAME'],
])(
  '%s from the reader is told with its code and no visit begins; laid down again, the card is read',
  async (_what, mischief, code) => {
    const before = await state();
    const { heard, stop } = doctor.listen();
    const card = cardOf(persons[0] as Person, '');
    pieces.devices.reader.simulator.misbehave('read', mischief);
    pieces.devices.putCard(card);
    const problems = await until(
      'a problem',
      async () => heard.filter(({ event }) => event === 'problem').map(({ data }) => data as ErrorView),
      (all) => all.length > 0,
    );
    expect(problems[0]).toMatchObject({ code, text: expect.stringMatching(CHINESE) });
    expect(heard.filter(({ event }) => event === 'visit')).toEqual([]);
    expect(await state()).toBe(before);
    pieces.devices.liftCard();
    const { id } = await doctor.openByCard(card, pieces.devices);
    await doctor.ask('POST', `/api/visits/${id}/close`, {});
    stop();
    expectSecrecy();
  },
);

test.each<[string, DemoCard, string]>([
  ['nobody in the roster', STRANGER, 'PERSON_UNKNOWN'],
  [
    'somebody whose insurance is paused',
    cardOf(persons.find(({ psn_insu_stas }) => psn_insu_stas === '2') as Person, ''),
    'PERSON_PAUSED',
  ],
])('the card of %s begins a self-pay visit that ends with a slip', async (_who, card, code) => {
  const { id } = await doctor.openByCard(card, pieces.devices);
  const { person } = await doctor.ask<VisitView>('GET', `/api/visits/${id}`);
  expect(person).toMatchObject({
    insured: false,
    self_pay: { code, text: expect.stringMatching(CHINESE) },
  });
  const confirmation = await doctor.quoted(id, DRAFT, `bad-input-self-pay-${card.id}`);
  const { seq } = await doctor.confirmed(confirmation);
  const settled = await until(
    'slip and receipt',
    () => doctor.ask<SettledView>('GET', `/api/settlements/${seq}`),
    ({ slip, township }) => slip === 'printed' && township === 'held',
  );
  expect(settled).toMatchObject({
    pay_mode: 'self-pay',
    fund_pay_sumamt: '0.00',
    psn_part_amt: '26.34',
  });
  expect(slipsOf(pieces.devices).filter((slip) => slip.seq === seq)).toEqual([
    { seq, reprint: false, figures: ['26.34', '0.00', '26.34'] },
  ]);
  expectSecrecy();
});

test('the same confirm on two connections at once settles once', async () => {
  const { id } = await doctor.open(persons[2]?.psn_no ?? '');
  const confirmation = await doctor.quoted(id, DRAFT, 'bad-input-twice-1');
  const [one, two] = await Promise.all([doctor.confirmed(confirmation), doctor.confirmed(confirmation)]);
  expect([two.seq, two.setl_id, two.psn_part_amt]).toEqual([one.seq, one.setl_id, one.psn_part_amt]);
  const { settlements } = await doctor.ask<{ settlements: SettledView[] }>('GET', '/api/today');
  expect(settlements.filter(({ seq }) => seq >= one.seq)).toHaveLength(1);
});

test('a price overtaken by what was taken back of the same person is shown anew, and nothing is settled by it', async () => {
  const { psn_no } = persons[3] as Person;
  const [item] = DRAFT.items;
  const many = { ...DRAFT, items: [{ med_list_codg: '', ...item, cnt: '30' }] };
  const first = await doctor.open(psn_no);
  const { seq } = await doctor.confirmed(await doctor.quoted(first.id, many, 'bad-input-overtaking-1'));
  // The first visit has used up the year: the second is priced so, until the first is taken back.
  const second = await doctor.open(psn_no);
  const old = await doctor.quoted(second.id, many, 'bad-input-overtaken-1');
  const back = { request: 'bad-input-taken-back-1', reason: '开错了', refund_way: 'cash' };
  await doctor.ask('POST', `/api/settlements/${seq}/reverse`, back);
  const before = await doctor.ask<{ settlements: SettledView[] }>('GET', '/api/today');
  const reply = await doctor.confirm(old).answer;
  const { quote, ...refusal } = (reply?.body ?? {}) as ErrorView & { quote: QuoteView };
  expect([reply?.status, refusal]).toMatchObject([
    409,
    { code: 'QUOTE_CHANGED', text: expect.stringMatching(CHINESE) },
  ]);
  expect(quote.digest).not.toBe(old.body.digest);
  const after = await doctor.ask<typeof before>('GET', '/api/today');
  expect(after.settlements.map(({ seq }) => seq)).toEqual(before.settlements.map(({ seq }) => seq));
  const again = { ...old, body: { ...old.body, digest: quote.digest ?? '' } };
  expect((await doctor.confirmed(again)).psn_part_amt).toBe(quote.psn_part_amt);
  expectSecrecy();
});

/** Bytes on the page's port, as no browser would send them; gives what came back. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(pieces.url);
  const socket = connect(Number(port), hostname, () => socket.write(text));
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve(answer)));
}

test('what is no request, or one from elsewhere, is turned away without a stack, and the next one is served', async () => {
  const before = await state();
  const { host } = new URL(pieces.url);
  const foreign = (headers: string) =>
    raw(`POST /api/visits HTTP/1.1\r\n${headers}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
  const answers = [
    await foreign(`host: ${host}\r\norigin: http://evil.example`),
    await foreign('host: evil.example\r\norigin: http://evil.example'),
    await foreign(`host: ${host}\r\norigin: http://${host}\r\nsec-fetch-site: cross-site`),
    await raw('GARBAGE\r\n\r\n'),
    await raw(`GET / HTTP/1.1\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`),
  ];
  const status = answers.map((answer) => answer.slice(9, 12));
  expect(status).toEqual(['403', '403', '403', '400', '431']);
  for (const answer of answers) expect(answer).not.toMatch(/node_modules|\.ts:\d|\bat \S+ \(/);
  for (const answer of answers.slice(0, 3)) expect(answer).toMatch(CHINESE);
  expect(await state()).toBe(before);
  expectSecrecy();
});
