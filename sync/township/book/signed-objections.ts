import type { LedgerId, Seq } from '../../contract/ids.ts';
import type { Objection as Signed } from '../../contract/messages.ts';
import type { Log } from '../../ports.ts';
import { signJws } from '../../record/jws.ts';
import type { SigningKey } from '../../record/keys.ts';
import type { LedgerRow, TownshipTables } from '../store/port.ts';
import { isWithdrawal, type Judgement, type Objection, type Withdrawal } from './objection.ts';

/** Whose ledger it is about. */
type Of = Pick<LedgerRow, 'ledger' | 'clinic'>;

/** Signs, numbers and stores what the township has against a record or a ledger, and what it takes back. */
export interface SignedObjections {
  /** Stores one, within the caller's transaction; gives its JWS, or undefined when it stands already. */
  add(tables: TownshipTables, of: Of, seq: Seq, objection: Objection): string | undefined;
  /** Takes one back, within the caller's transaction; gives the JWS, or undefined when it does not stand. */
  withdraw(tables: TownshipTables, withdrawal: Withdrawal): string | undefined;
  /** Both; gives the JWS that are new for the ledger `of`. */
  judge(tables: TownshipTables, of: Of, judgements: readonly (Judgement & { seq: Seq })[]): string[];
}

interface SigningOptions {
  signing: SigningKey;
  log: Log;
  /** ISO 8601. */
  now(): string;
}

export function createSignedObjections({ signing, log, now }: SigningOptions): SignedObjections {
  const numbered = (said: Omit<Signed, 'v' | 'at' | 'n'>, { objections }: TownshipTables) => {
    const payload = { v: 1 as const, ...said, at: now(), n: objections.lastNumber(said.ledger) + 1 };
    return { payload, jws: signJws('cyt-finding+jws', payload satisfies Signed, signing) };
  };

  function add(
    tables: TownshipTables,
    { ledger, clinic }: Of,
    seq: Seq,
    { code, text, subject }: Objection,
  ): string | undefined {
    if (tables.objections.stands(ledger, seq, code)) return undefined;
    const { payload, jws } = numbered({ ledger, clinic, seq, code, text }, tables);
    if (!tables.objections.add(payload, jws, subject ?? null)) return undefined;
    log.warn({ ledger, seq, code }, 'objection');
    return jws;
  }

  function withdraw(tables: TownshipTables, { code, text, withdraws }: Withdrawal): string | undefined {
    const { ledger, seq } = withdraws;
    const clinic = clinicOf(tables, ledger);
    if (clinic === undefined || !tables.objections.stands(ledger, seq, code)) return undefined;
    const { payload, jws } = numbered({ ledger, clinic, seq, code, text, withdrawn: true }, tables);
    tables.objections.withdraw(payload, jws);
    log.info({ ledger, seq, code }, 'objection withdrawn');
    return jws;
  }

  return {
    add,
    withdraw,
    judge: (tables, of, judgements) =>
      judgements
        .map((judgement) =>
          isWithdrawal(judgement)
            ? ofLedger(of.ledger, judgement, withdraw(tables, judgement))
            : add(tables, of, judgement.seq, judgement),
        )
        .filter((jws) => jws !== undefined),
  };
}

const clinicOf = ({ ledgers }: TownshipTables, ledger: LedgerId) => ledgers.get(ledger)?.clinic;

/** What is about another ledger goes to that one, with its next hello. */
const ofLedger = (ledger: LedgerId, { withdraws }: Withdrawal, jws: string | undefined) =>
  withdraws.ledger === ledger ? jws : undefined;
