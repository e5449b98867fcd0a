import type { Credential } from '../../../drivers/contract.ts';
import type { SettlementBody } from '../../../sync/contract/settlement.ts';
import { Refusal } from '../../errors.ts';
import type { Ledger } from '../../ledger/types.ts';
import type { Draft } from './draft.ts';
import { createHistory } from './history.ts';
import { type ItemUse, itemUse } from './item-use.ts';
import { type Visitor, visitorOfCredential, visitorOfName, visitorOfPerson } from './person.ts';
import { makeQuote, type Quote } from './quote.ts';
import { loadReference, type Reference } from './reference.ts';
import { type PaidWay, settlementBody } from './settle.ts';

/** Visits open at the desk at once; the oldest leaves when one more comes. */
export const VISITS_MAX = 20;

export interface Visit {
  id: string;
  opened_at: string;
  visitor: Visitor;
  draft: Draft;
}

export interface Confirm {
  visit: string;
  request: string;
  digest: string;
  draft: Draft;
  paid_way: PaidWay;
  operator: string;
}

export interface SettledVisit {
  seq: number;
  hash: string;
  body: SettlementBody;
}

export interface DeskOptions {
  ledger: Ledger;
  now(): number;
  newId(): string;
  software: string;
  /** Something the page shows has changed. */
  changed(): void;
}

/** From a card to a settlement: who is there, what it costs, what was confirmed. */
export interface Desk {
  /** Refusal NOT_READY until the datasets have come. */
  reference(): Reference;
  /** Forgets what was in force; the next use reads it again. */
  datasetsChanged(): void;
  today(): string;
  open(who: { credential: Credential } | { psn_no: string } | { psn_name: string }): Visit;
  visits(): Visit[];
  visit(id: string): Visit;
  quote(id: string, draft: Draft, operator: string): Quote;
  /** The last quote of a visit, priced now. */
  quoteNow(visit: Visit, operator?: string): Quote;
  /**
   * Settles once per request id. Refusal QUOTE_CHANGED when the digest is no longer true, REASON_MISSING when the
   * audit has come to ask something that the doctor has not answered.
   */
  confirm(confirm: Confirm): SettledVisit;
  close(id: string): void;
  readonly itemUse: ItemUse;
  /** 照上次开: what this clinic last settled for the person. */
  lastDraft(visit: Visit): Draft | null;
}

const EMPTY_DRAFT: Draft = { diagnoses: [], items: [] };

export function createDesk(options: DeskOptions): Desk {
  const { ledger, now, newId, changed } = options;
  let loaded: Reference | null = null;
  const use = itemUse(ledger);
  const history = createHistory(ledger);
  const open = new Map<string, Visit>(
    ledger.visits().map(({ id, openedAt, json }) => [id, { id, opened_at: openedAt, ...JSON.parse(json) }]),
  );

  const reference = () => {
    loaded ??= loadReference(ledger);
    return loaded;
  };
  const instant = () => new Date(now()).toISOString();
  const today = () => ledger.time().day;

  function visitorOf(who: Parameters<Desk['open']>[0]): Visitor {
    if ('credential' in who) return visitorOfCredential(who.credential, reference(), instant());
    if ('psn_name' in who) return visitorOfName(who.psn_name, instant());
    const person = reference().roster.value.byNumber.get(who.psn_no);
    if (!person) throw new Refusal('PERSON_UNKNOWN');
    return visitorOfPerson(person, instant());
  }

  const samePerson = (a: Visitor, b: Visitor) =>
    a.certno !== '' && a.certno === b.certno && a.psn_name === b.psn_name;

  function save({ id, opened_at, visitor, draft }: Visit): void {
    ledger.putVisit(id, opened_at, JSON.stringify({ visitor, draft }));
  }

  function openVisit(who: Parameters<Desk['open']>[0]): Visit {
    const visitor = visitorOf(who);
    const there = [...open.values()].find((visit) => samePerson(visit.visitor, visitor));
    if (there) {
      // The card of somebody already at the desk: the lines stay; a card is better evidence than a name.
      if (visitor.credential) save(Object.assign(there, { visitor }));
      changed();
      return there;
    }
    const visit = { id: newId(), opened_at: instant(), visitor, draft: EMPTY_DRAFT };
    save(visit);
    open.set(visit.id, visit);
    const oldest = open.keys().next().value;
    if (open.size > VISITS_MAX && oldest !== undefined) close(oldest);
    changed();
    return visit;
  }

  function visit(id: string): Visit {
    const found = open.get(id);
    if (!found) throw new Refusal('VISIT_UNKNOWN');
    return found;
  }

  function close(id: string): void {
    if (open.delete(id)) ledger.dropVisit(id);
    changed();
  }

  function quoteNow({ visitor, draft }: Visit, operator: string | null = null): Quote {
    const { day, now: at } = ledger.time();
    const known = { reference: reference(), usedOf: ledger.used, history };
    return makeQuote({ visitor, draft, day, now: at, operator, ...known });
  }

  function confirm({ visit: id, request, digest, draft, paid_way, operator }: Confirm): SettledVisit {
    const before = ledger.settledBy(request);
    if (before) return before;
    const found = visit(id);
    const quote = quoteNow({ ...found, draft }, operator);
    const problem = quote.problems[0];
    if (problem) throw new Refusal(problem.code);
    if (quote.digest !== digest) throw new Refusal('QUOTE_CHANGED');
    const facts = {
      quote,
      visitor: found.visitor,
      reference: reference(),
      request,
      paid_way,
      software: options.software,
      clock: ledger.time().source,
    };
    const settled = ledger.settle({
      operator,
      request,
      visit: id,
      body: (seq) => settlementBody(facts, ledger.ledger, seq),
    });
    use.add(settled.body);
    open.delete(id);
    changed();
    return settled;
  }

  function lastDraft({ visitor }: Visit): Draft | null {
    const last = visitor.psn_no === null ? null : history.last(visitor.psn_no);
    return last && draftOf(last);
  }

  return {
    reference,
    datasetsChanged() {
      loaded = null;
      changed();
    },
    today,
    open: openVisit,
    visits: () => [...open.values()],
    visit,
    quote(id, draft, operator) {
      const found = Object.assign(visit(id), { draft });
      return quoteNow(found, operator);
    },
    quoteNow,
    confirm,
    close,
    itemUse: use,
    lastDraft,
  };
}

function draftOf({ claim, lines, diagnoses }: SettlementBody): Draft {
  const days = new Map(lines.map(({ feedetl_sn, prd_days }) => [feedetl_sn, prd_days]));
  return {
    diagnoses: diagnoses.map(({ diag_code }) => ({ diag_code })),
    items: claim.items.map(({ med_list_codg, cnt, feedetl_sn }) => {
      const prd_days = days.get(feedetl_sn);
      return { med_list_codg, cnt, ...(prd_days === undefined ? {} : { prd_days }) };
    }),
  };
}
