import { formatFen } from '../../../../policy/index.ts';
import type { SettlementBody } from '../../../../sync/contract/bodies/settlement.ts';
import { isReversal, isSettlement } from '../../../../sync/contract/record.ts';
import { type ErrorCode, errorWords, Refusal } from '../../../errors.ts';
import type { LedgerTime, PrintJob } from '../../../ledger/index.ts';
import { isRevoked, objectionNotices, objectionsTo } from '../../objections.ts';
import { recordedPerson } from '../../visit/person.ts';
import type { ApiParts } from '../parts.ts';
import type { AskedSlipView, DeskView, LightView, SettledView } from './types.ts';
import { settledView } from './visit.ts';

function settlementRecord(ledger: ApiParts['ledger'], seq: number) {
  const record = ledger.record(seq);
  if (!isSettlement(record)) throw new Refusal('NOT_FOUND', `no settlement ${seq}`);
  return record;
}

/** Refusal NOT_FOUND. */
export const settlementAt = (ledger: ApiParts['ledger'], seq: number): SettlementBody =>
  settlementRecord(ledger, seq).body;

/** A settlement as it stands now; also by the seq of its reversal. Refusal NOT_FOUND. */
export function settledNow(parts: ApiParts, seq: number): SettledView {
  const { ledger } = parts;
  const asked = ledger.record(seq);
  if (isReversal(asked)) return settledNow(parts, asked.body.of.seq);
  const { at, body } = settlementRecord(ledger, seq);
  const reversedBy = ledger.settlementAt(seq)?.reversedBy ?? 0;
  const by = ledger.readableRecord(reversedBy);
  return settledView({ seq, body }, at, {
    slip: ledger.printState(seq),
    held: ledger.deliveredThrough(),
    reversal: isReversal(by) ? { seq: by.seq, body: by.body, slip: ledger.printState(by.seq) } : null,
    objections: objectionsTo(ledger, reversedBy === 0 ? [seq] : [seq, reversedBy]),
    revoked: isRevoked(ledger),
  });
}

/** The same for a list: null when its record cannot be read, or is gone; the list says so. */
export function settledOrNull(parts: ApiParts, seq: number): SettledView | null {
  return parts.ledger.readableRecord(seq) === null ? null : settledNow(parts, seq);
}

/** A slip that waits for the doctor's word. */
function askedSlip(parts: ApiParts, { seq, copy }: PrintJob): AskedSlipView[] {
  const settled = settledOrNull(parts, seq);
  if (!settled) return [];
  const { psn_name, setl_date: day, at, medfee_sumamt, reversal, reversed } = settled;
  const about = { seq, copy, psn_name, day, at, medfee_sumamt, reversed, reversal: reversal?.seq === seq };
  return [{ ...about, ...errorWords('PRINT_UNKNOWN') }];
}

const WORKING: Record<string, string> = {
  ready: '正常',
  starting: '正在接上…',
  absent: '没接上',
  fault: '有问题',
};

const lightWords = (code: ErrorCode | null, text: string) =>
  code === null ? { code, number: null, text } : errorWords(code);

function deviceLight(device: ApiParts['devices'][number]): LightView {
  const { id, role, title } = device;
  const { state, code } = device.status();
  const light = { id, role, title, ...lightWords(code, `${title} ${WORKING[state]}`) };
  if (state === 'ready') return { ...light, state: code ? 'attention' : 'ok' };
  return { ...light, state: state === 'starting' ? 'busy' : 'attention' };
}

function townshipLight(parts: ApiParts): LightView {
  return { id: 'township', role: 'township', title: '乡镇', ...townshipState(parts) };
}

function townshipState({ link, ledger }: ApiParts): Pick<LightView, 'state' | 'text' | 'code' | 'number'> {
  const { connected, code } = link.state();
  const waiting = ledger.head().seq - ledger.deliveredThrough();
  const after = `（待传 ${waiting} 笔）`;
  // The notice below the lights has the sentence.
  if (isRevoked(ledger))
    return { ...errorWords('BOX_REVOKED'), state: 'attention', text: `乡镇 停用了这台机器${after}` };
  const trouble = connected ? code : (code ?? 'LINK_DOWN');
  if (trouble === null)
    return { state: waiting > 0 ? 'busy' : 'ok', ...lightWords(null, `乡镇 已连上${after}`) };
  const words = errorWords(trouble);
  return { ...words, state: 'attention', text: words.text.replace(/。$/, '') + after };
}

/** Of the box itself. */
const ownNotices = ({ desk, health }: ApiParts): ErrorCode[] => [
  ...health.notices(),
  ...(desk.reference().complete ? [] : (['NOT_READY'] as const)),
  ...(desk.draftsLost ? (['DRAFT_LOST'] as const) : []),
];

/** What a fork comes to is said once, by the ledger. */
const objectionViews = ({ ledger }: ApiParts) =>
  objectionNotices(ledger).filter(({ code }) => code !== 'RECORD_FORK' || ledger.forked() === null);

const clockView = ({ day, code, said }: LedgerTime): DeskView['clock'] => ({
  day,
  asks: code !== null,
  code,
  said: said ?? null,
});

/** Everything the page shows without being asked. */
export function deskView(parts: ApiParts): DeskView {
  const { desk, ledger } = parts;
  const totals = ledger.todayTotals(desk.today());
  const last = ledger.lastSettlement(desk.today());
  return {
    clinic: { fixmedins_name: desk.reference().clinic.held?.fixmedins_name ?? ledger.clinic },
    demo: parts.panel === null ? null : { panel: parts.panel },
    now: new Date(ledger.time().now).toISOString(),
    lights: [...parts.devices.map(deviceLight), townshipLight(parts)],
    clock: clockView(ledger.time()),
    notices: [...ownNotices(parts).map(errorWords), ...objectionViews(parts)],
    waiting: ledger.head().seq - ledger.deliveredThrough(),
    visits: desk.visits().map((visit) => ({
      id: visit.id,
      psn_name: recordedPerson(desk.subject(visit)).psn_name,
      opened_at: visit.opened_at,
    })),
    settled: last === null ? null : settledOrNull(parts, last),
    slips_asked: ledger.printQuestions().flatMap((job) => askedSlip(parts, job)),
    head: ledger.head().seq,
    today: {
      visits: totals.visits,
      medfee_sumamt: formatFen(totals.medfee),
      fund_pay_sumamt: formatFen(totals.fund),
      cash: formatFen(totals.cash),
    },
  };
}
