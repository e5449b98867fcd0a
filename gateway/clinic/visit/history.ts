import type { Dispense, PackSale } from '../../../policy/index.ts';
import type { SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { Seq } from '../../../sync/contract/ids.ts';
import { isSettlement } from '../../../sync/contract/record.ts';
import { known } from '../../known.ts';
import type { LedgerReader } from '../../ledger/index.ts';

/** A person's settlements looked back over: more than a year of a visit a day. */
const VISITS_BACK = 400;
/** Records kept opened: those of the persons at the desk, many times over. */
const OPENED_MAX = 4_000;
const HOUR_MS = 3_600_000;
/** Records looked at for the pace when the process starts. */
const PACE_BACK = 200;

/** A settlement of the past, as the audit asks about it. */
interface Past {
  at_ms: number;
  setl_date: string;
  medfee_sumamt: string;
  dispenses: Dispense[];
}

/** What this clinic's ledger knows of the past. What other clinics dispensed is the township's to know. */
export interface History {
  /** A person's settlements, newest first; those taken back are left out. */
  of(psn_no: string): Past[];
  /** 照上次开. */
  last(psn_no: string): SettlementBody | null;
  /** Settlements of the hour before `now`: those of one operator, and all. */
  pace(now: number, operator: string | null): { doctor: number; clinic: number };
  /** Of these trace codes those sold before, and the sales, oldest first. */
  sold(drug_trac_codg: string[]): { sold_codes: string[]; pack_sales: PackSale[] };
}

type Source = Pick<LedgerReader, 'head' | 'readableRecord' | 'settlementsOf' | 'soldIn'>;

export function createHistory(ledger: Source): History {
  const opened = new Map<number, Past>();
  /** One that cannot be read is left out: the page says that there is one. */
  const settlement = (seq: Seq) => {
    const record = ledger.readableRecord(seq);
    return isSettlement(record) ? record : null;
  };

  function past(seq: Seq): Past | null {
    const known = opened.get(seq);
    if (known) return known;
    const record = settlement(seq);
    if (!record) return null;
    const { at, body } = record;
    if (opened.size >= OPENED_MAX) opened.clear();
    const found = pastOf(at, body);
    opened.set(seq, found);
    return found;
  }

  return {
    of: (psn_no) => ledger.settlementsOf(psn_no, VISITS_BACK).flatMap(({ seq }) => past(seq) ?? []),
    last(psn_no) {
      const [newest] = ledger.settlementsOf(psn_no, VISITS_BACK);
      return newest ? (settlement(newest.seq)?.body ?? null) : null;
    },
    pace: createPace(ledger),
    sold(codes) {
      const sales = codes.map((code) => ({ code, seqs: ledger.soldIn(code) }));
      const seqs = [...new Set(sales.flatMap((sale) => sale.seqs))].sort((a, b) => a - b);
      return {
        sold_codes: sales.filter((sale) => sale.seqs.length > 0).map(({ code }) => code),
        pack_sales: seqs.flatMap((seq) => {
          const sold = settlement(seq);
          return sold ? salesOf(sold.body, codes) : [];
        }),
      };
    },
  };
}

function pastOf(at: string, { setl_date, claim, lines, answer }: SettlementBody): Past {
  const days = new Map(lines.map(({ feedetl_sn, prd_days }) => [feedetl_sn, prd_days]));
  return {
    at_ms: Date.parse(at),
    setl_date,
    medfee_sumamt: answer.outcome === 'payable' ? answer.setlinfo.medfee_sumamt : '0.00',
    dispenses: claim.items.map(({ feedetl_sn, med_list_codg, cnt }) =>
      known({ med_list_codg, setl_date, cnt, prd_days: days.get(feedetl_sn) }),
    ),
  };
}

/** The lines of a settlement that sold packs of these codes. */
function salesOf({ claim, lines }: SettlementBody, codes: string[]): PackSale[] {
  const amounts = new Map(claim.items.map(({ feedetl_sn, cnt }) => [feedetl_sn, cnt]));
  return lines.flatMap(({ feedetl_sn, drug_trac_codg = [], trdn_flag }) =>
    drug_trac_codg.some((code) => codes.includes(code))
      ? [known({ drug_trac_codg, cnt: amounts.get(feedetl_sn) ?? '', trdn_flag })]
      : [],
  );
}

function createPace({ head, readableRecord }: Source): History['pace'] {
  let seen = Math.max(0, head().seq - PACE_BACK);
  let recent: { at_ms: number; operator: string }[] = [];
  return (now, operator) => {
    for (const { seq: last } = head(); seen < last; ) {
      const one = readableRecord(++seen);
      if (one?.kind === 'settlement') recent.push({ at_ms: Date.parse(one.at), operator: one.operator });
    }
    recent = recent.filter(({ at_ms }) => at_ms > now - HOUR_MS);
    return { doctor: recent.filter((one) => one.operator === operator).length, clinic: recent.length };
  };
}
