import { type Ledger, LedgerError, setlIdOf } from '../../gateway/ledger/index.ts';
import { bodyOf } from '../../gateway/ledger/testing/fixtures.ts';
import { formatFen, parseYuan, periodKey } from '../../policy/index.ts';
import type { Put, SettlementBody } from '../../sync/contract/bodies/settlement.ts';
import { isSettlement } from '../../sync/contract/record.ts';
import { demand } from './book.ts';
import { Crash } from './process.ts';
import { BUCKETS, CAPS, PLACE } from './rules.ts';
import type { Box, Doctor, World } from './types.ts';

const PERSONS = 25;
const OPERATOR = 'D140225000001';
/** A refusal that a doctor meets on a bad day; any other refusal of a good act is a fault of the product. */
const REFUSALS = new Set([
  ...['DISK_FULL', 'DISK_FAILED', 'LEDGER_FORKED'],
  ...['CLOCK_BACKWARD', 'CLOCK_FORWARD', 'CLOCK_UNCONFIRMED', 'CLOCK_DISPUTED', 'CLOCK_YEAR'],
]);

interface Act {
  request: string;
  run(ledger: Ledger): { seq: number; hash: string; repeated: boolean };
}

/**
 * Sees patients, asks again with the same request id when the box died under a confirm, and believes only
 * what was answered.
 */
export function createDoctor(world: World, box: Box): Doctor {
  const { chance } = world;
  const { doctors: luck } = chance;
  let pending: Act | null = null;
  let settled: { ledger: string; seq: number }[] = [];
  let acts = 0;

  function newAct(): Act {
    acts += 1;
    const request = `${box.clinic}-${acts}`;
    const old = luck.happens(0.1) ? settled.pop() : undefined;
    if (old && old.ledger === box.medium().ledger)
      return { request, run: (ledger) => reverse(ledger, request, old.seq) };
    const person = `P${box.clinic.slice(-2)}${String(luck.upTo(PERSONS - 1)).padStart(3, '0')}`;
    const want = { fund: luck.upTo(2_500), psn: luck.upTo(2_000) };
    return { request, run: (ledger) => settle(ledger, request, person, want) };
  }

  function settle(ledger: Ledger, request: string, psn_no: string, want: { fund: number; psn: number }) {
    const { day } = ledger.time();
    const { fund, put } = priced(ledger, psn_no, day, want.fund);
    const part = want.psn + want.fund - fund;
    const body = (seq: number) => settlement(ledger, seq, { request, psn_no, day, fund, psn: part, put });
    const done = ledger.settle({ operator: OPERATOR, request, body });
    demand(done.body.request === request, 'the answer is that of the request', () => request);
    return done;
  }

  function reverse(ledger: Ledger, request: string, seq: number) {
    const record = ledger.record(seq);
    const refund = isSettlement(record) ? record.body.paid : [];
    const { day } = ledger.time();
    return ledger.reverse({ operator: OPERATOR, request, seq, reason: '开错了', day, refund });
  }

  /** True when the doctor has an answer and can go on. */
  function attempt(act: Act): boolean {
    const life = box.life();
    if (!life) return false;
    const { ledger, process } = life;
    try {
      const done = act.run(ledger);
      if (!process.alive()) return false;
      world.acknowledged(ledger.ledger, act.request, done);
      const mayTakeBack = !done.repeated && ledger.record(done.seq)?.kind === 'settlement';
      if (mayTakeBack) settled.push({ ledger: ledger.ledger, seq: done.seq });
      return true;
    } catch (error) {
      if (error instanceof Crash) return false;
      return refused(ledger, error);
    }
  }

  function refused(ledger: Ledger, error: unknown): boolean {
    const code = error instanceof LedgerError ? error.code : '';
    if (!(error instanceof LedgerError) || !REFUSALS.has(code)) throw error;
    world.note('refused', `${box.clinic} ${code}`);
    if (code.startsWith('CLOCK')) confirmDay(ledger);
    if (code === 'DISK_FAILED') box.life()?.process.die(); // somebody turns it off and on
    return luck.happens(0.3); // the patient goes home
  }

  /** The calendar on the wall; when the ledger is ahead of it, the day the ledger stands at. */
  function confirmDay(ledger: Ledger): void {
    const wall = new Date(world.time.now() + 28_800_000).toISOString().slice(0, 10);
    for (const day of [wall, ledger.time().day])
      if (world.attempt(() => ledger.confirmDay(day, OPERATOR)) !== 'CLOCK_DAY_REFUSED') return;
  }

  function sideWork(ledger: Ledger): void {
    const slip = ledger.printJobs()[0];
    if (slip && luck.happens(0.7)) {
      ledger.setPrintState(slip.seq, slip.copy, 'printing');
      if (luck.happens(0.9)) ledger.setPrintState(slip.seq, slip.copy, 'printed');
    }
    const last = settled.at(-1);
    if (last?.ledger === ledger.ledger && luck.happens(0.03)) ledger.addReprint(last.seq);
    if (luck.happens(0.05)) ledger.append('stock', { event: '3503', cnt: '1' }, OPERATOR);
    if (luck.happens(0.03)) ledger.closeDay(ledger.time().day, OPERATOR);
    if (luck.happens(0.1)) ledger.putVisit({ id: 'visit', opened_at: new Date(0).toISOString(), json: '{}' });
  }

  return {
    work(): void {
      pending ??= newAct();
      const answered = attempt(pending);
      // An impatient finger: the same confirm once more.
      if (answered && luck.happens(0.1)) attempt({ ...pending });
      if (answered) pending = null;
      const life = box.life();
      if (life) world.attempt(() => sideWork(life.ledger));
    },
    settleNow(): boolean {
      const life = box.life();
      if (!life) return false;
      if (life.ledger.time().code !== null) confirmDay(life.ledger);
      if (pending && attempt(pending)) pending = null;
      return pending === null && attempt(newAct());
    },
    boxReplaced(): void {
      pending = null;
      settled = [];
    },
  };
}

/** What the caps leave of what the fund would pay, and what each bucket gains. */
function priced(ledger: Ledger, psn_no: string, day: string, want: number): { fund: number; put: Put[] } {
  const used = ledger.used({ psn_no, ...PLACE }, day, BUCKETS);
  const left = (name: string) =>
    (CAPS[name] ?? 0) - (name === 'visits-day' ? Number : fen)(used[name] ?? '0');
  const fund = Math.max(
    0,
    Math.min(want, ...BUCKETS.map(({ name }) => (name === 'visits-day' ? want : left(name)))),
  );
  if (fund === 0 || left('visits-day') < 1) return { fund: 0, put: [] };
  const put = BUCKETS.map(({ name, period, scope }) => ({
    ...{ scope, ...PLACE, bucket: name, period: periodKey(period, day) },
    amount: name === 'visits-day' ? '1' : formatFen(fund),
  }));
  return { fund, put };
}

const fen = (yuan: string) => (yuan === '0' ? 0 : parseYuan(yuan));

type Amounts = { request: string; psn_no: string; day: string; fund: number; psn: number; put: Put[] };

/** A body of real size whose amounts add up for the township too. */
function settlement(ledger: Ledger, seq: number, act: Amounts): SettlementBody {
  const body = bodyOf(ledger.ledger, seq, { ...act, items: 1 });
  const { answer } = body;
  if (answer.outcome !== 'payable') return body;
  const { medfee_sumamt, psn_part_amt } = answer.setlinfo;
  const setlinfo = { ...answer.setlinfo, inscp_scp_amt: medfee_sumamt, psn_cash_pay: psn_part_amt };
  const datasets = { ...body.datasets, bundle: ledger.dataset('bundle/demo')?.ref ?? null };
  return {
    ...body,
    setl_id: setlIdOf(ledger.clinic, ledger.ledger, seq),
    answer: { ...answer, setlinfo },
    datasets,
  };
}
