import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DOCTOR, ITEM, ROSTER } from './given.ts';
import { boxKeysIn, openClinic, type TestClinic, type TestTownship } from './places.ts';
import {
  type Box,
  clinicReport,
  createSealer,
  exportLedger,
  fundReport,
  isSettlement,
  type LedgerRecord,
  objectionReport,
  openSqliteStore,
  parseYuan,
  personReport,
  recordReport,
  replayLedger,
  type Store,
  slipContent,
  verifyLedger,
  verifyTownship,
} from './product.ts';
import type { World } from './world.ts';

/**
 * What a release answers about a store, to be compared with what the release that wrote it answered. Members
 * have the names that they had then: one that is renamed since is mapped here, the fixtures stay the same.
 */

const DAYS = ['2026-11-22', '2026-11-23'];
const noChance = () => Buffer.alloc(24);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of a store as it lies there, by the tools that only read. */
export function storeAnswers(folder: string, name = 'ledger.sqlite') {
  const { data, signing } = boxKeysIn(folder);
  const store = openSqliteStore(join(folder, name), { readOnly: true });
  try {
    const sealer = createSealer(data, noChance);
    return {
      verdict: verifyLedger(store, sealer, (kid) => (kid === signing.kid ? signing : undefined)),
      replay: replayLedger(store, sealer),
      exported: [...exportLedger(store, sealer)].map(sha256),
      derived: sha256(JSON.stringify(derivedRows(store))),
    };
  } finally {
    store.close();
  }
}

const hex = (rows: Iterable<object>) =>
  [...rows].map((row) =>
    JSON.stringify(row, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value,
    ),
  );

/** Everything that a rebuild makes anew. */
export const derivedRows = (store: Store) => ({
  requests: hex(store.requestRows()),
  used: hex(store.usedRows()),
  settlements: hex(store.settlementRows()),
  sold: hex(store.soldRows()),
});

/** Of an open ledger, as desk and link ask it. */
export function clinicAnswers(world: World, folder: string, box: Box) {
  const clinic = openClinic(world, folder, box);
  const { ledger, desk } = clinic;
  const { bundles } = desk.reference();
  const usedOf = (psn_no: string, insutype: string) =>
    bundles.flatMap(({ bundle }) =>
      DAYS.map((day) => ledger.used({ psn_no, insutype, poolarea: bundle.poolarea }, day, bundle.bucketList)),
    );
  const answers = {
    ...{ head: ledger.head(), held: ledger.deliveredThrough(), forked: ledger.forked(), time: ledger.time() },
    ...{ findings: ledger.objections(), findingsHeld: ledger.objectionsHeld(), datasets: ledger.datasets() },
    visits: ledger.visits().map(({ opened_at, ...visit }) => ({ ...visit, openedAt: opened_at })),
    printJobs: ledger.printJobs(),
    desk: desk.visits().map(({ id, draft }) => [id, draft, desk.quote(id, draft, DOCTOR).digest]),
    days: DAYS.map((day) => [ledger.todayTotals(day), ledger.dayClose(day), ledger.settlements(day)]),
    used: ROSTER.map(({ psn_no, insutype }) => [psn_no, usedOf(psn_no, insutype)]),
    past: ROSTER.map(({ psn_no }) => ledger.settlementsOf(psn_no, 10).map(({ seq }) => seq)),
    sold: ['81234567890123456789', '81234567890123456799'].filter((code) => ledger.soldIn(code).length > 0),
    itemUse: desk.itemUse.count(ITEM.tablets),
    slips: slipsOf(clinic, folder),
  };
  ledger.close();
  return answers;
}

/** The paper of every settlement, and what its QR code says. */
function slipsOf({ ledger, desk }: TestClinic, folder: string) {
  const { signing } = boxKeysIn(folder);
  const seqs = DAYS.flatMap((day) => ledger.settlements(day)).filter(({ reverses }) => reverses === null);
  return seqs.map(({ seq }) => {
    const record = ledger.record(seq);
    const [jws] = ledger.read(seq - 1, 1, 1);
    if (!record || jws === undefined) throw new Error(`no record ${seq}`);
    const { fixmedins_name } = desk.reference().clinic.value;
    const facts = { record, jws, copy: 0, fixmedins_name, operatorName: '赵东升', signing, demo: false };
    // How it was paid stands in the record too, and whether it was taken back is not of it.
    const { paid: _, reversal: __, ...slip } = slipContent({ ...facts, reversal: null });
    return { ...slip, items: withoutLayers(slip.items, record) };
  });
}

/** A line said what the pool alone paid of it, so that lines did not add up where another fund paid too. */
function withoutLayers(items: { fund: string }[], record: LedgerRecord): object[] {
  const answer = isSettlement(record) ? record.body.answer : null;
  if (answer?.outcome !== 'payable') throw new Error('a settlement without a price');
  const sum = items.reduce((fen, { fund }) => fen + parseYuan(fund), 0);
  if (sum !== parseYuan(answer.setlinfo.fund_pay_sumamt)) throw new Error('lines do not add up');
  return items.map((item, i) => ({ ...item, fund: answer.items[i]?.pool_pay }));
}

/** Of a township's store, as its office asks it. */
export function townAnswers({ store, datasets, access, authority }: TestTownship, now_ms: number) {
  const ledgers = store.ledgers
    .all()
    .sort((a, b) => (a.ledger < b.ledger ? -1 : 1))
    .map((row) => ({ ...row, datasets: JSON.stringify(row.datasets) }));
  return {
    verdict: verifyTownship(store),
    clinics: clinicReport(store, now_ms).map(({ status, ...row }) => row),
    funds: [fundReport(store, 'day'), fundReport(store, 'month')],
    persons: personReport(store),
    records: recordReport(store),
    findings: objectionReport(store),
    ledgers,
    heads: ledgers.map(({ ledger, through }) => store.records.get(ledger, through)),
    passwords: ledgers.map(({ clinic, ledger }) => access.boxPassword(`${clinic}/${ledger}`)),
    doors: access
      .enrolleePsks(new Date(now_ms).toISOString())
      .map(({ topic, key }) => [topic, key.toString('hex')]),
    datasets: datasets.newerThan({}, ledgers[0]?.clinic ?? ''),
    ca: authority.ca,
  };
}
