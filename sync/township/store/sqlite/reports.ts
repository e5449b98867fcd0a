import type { EnrolledClinic } from '../../../contract/enrolment.ts';
import type { RefusedDataset } from '../../../contract/messages.ts';
import type { ObjectionRow } from '../objection-table.ts';
import type { ClinicRow, FundRow, Reports, Use } from '../port.ts';
import type { Statements } from './statements.ts';

type StoredClinic = Omit<ClinicRow, 'name' | 'connected' | 'refused' | 'status'> & {
  facts: string;
  connected: number;
  refused: string;
  status: string;
};

export function createReports({ many }: Statements): Reports {
  const clinics = many<StoredClinic>(
    `SELECT l.clinic, c.facts, l.ledger, through, max(head, seen_head) AS head, hash, fork, successor, cloned_at, revoked_at,
       connected, heard_at, refused, status
     FROM ledgers l JOIN clinics c USING (clinic) JOIN boxes USING (kid) ORDER BY l.clinic, l.ledger`,
  );
  const funds = many<FundRow>(
    `SELECT clinic, substr(day, 1, ?) AS period, sum(kind = 'settlement') AS settlements,
       sum(kind = 'reversal') AS reversals, sum(medfee) AS medfee, sum(fund) AS fund, sum(hosp) AS hosp,
       sum(part) AS part
     FROM postings JOIN ledgers USING (ledger) GROUP BY clinic, period ORDER BY clinic, period`,
  );
  const uses = many<Use>(
    `SELECT person, insutype, poolarea, bucket, period, unit, ledger, amount FROM used
     WHERE @person IS NULL OR person = @person ORDER BY person, insutype, poolarea, bucket, period, ledger`,
  );
  const objections = many<Omit<ObjectionRow, 'withdrawn_at'> & { withdrawn_at: string | null }>(
    `SELECT clinic, ledger, seq, code, at, withdrawn_at FROM findings JOIN ledgers USING (ledger)
     WHERE withdraws = 0 AND (@all OR withdrawn_at IS NULL) ORDER BY id DESC LIMIT @count_max`,
  );
  return {
    clinics: () =>
      clinics().map(({ facts, connected, refused, status, ...row }) => ({
        ...row,
        name: (JSON.parse(facts) as EnrolledClinic).fixmedins_name,
        connected: connected === 1,
        refused: JSON.parse(refused) as RefusedDataset[],
        status: JSON.parse(status) as Record<string, unknown>,
      })),
    funds: (by) => funds(by === 'day' ? 10 : 7),
    uses: (person) => uses({ person: person ?? null }),
    recordCounts: many(
      `SELECT ledger, kind, v, count(*) AS records FROM records GROUP BY ledger, kind, v
       ORDER BY ledger, kind, v`,
    ),
    objections: (count_max, all = false) =>
      objections({ count_max, all: all ? 1 : 0 }).map(({ withdrawn_at, ...row }) =>
        withdrawn_at === null ? row : { ...row, withdrawn_at },
      ),
  };
}
