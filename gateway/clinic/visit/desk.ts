import type { Credential } from '../../../drivers/contract.ts';
import type { PaidWay, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { Seq } from '../../../sync/contract/ids.ts';
import { nameForm, plainText } from '../../../sync/contract/text-form.ts';
import { Refusal } from '../../errors.ts';
import type { LedgerClock, LedgerReader, LedgerWriter, OpenVisits } from '../../ledger/index.ts';
import type { EntitlementOf } from '../entitlement.ts';
import { draftOf, type LastDraft } from './draft.ts';
import type { Draft } from './draft-shape.ts';
import { createDrafts, type DraftsKept } from './drafts.ts';
import { createHistory } from './history.ts';
import { identityFindings } from './identity.ts';
import { createItemUse, type ItemUse } from './item-use.ts';
import {
  type Subject,
  samePerson,
  subjectOf,
  type Visitor,
  visitorOfCredential,
  visitorOfName,
  visitorOfPerson,
} from './person.ts';
import { makeQuote, type Quote } from './quote.ts';
import type { Reference, ReferenceNow } from './reference.ts';
import { restoreVisits, type Visit } from './restore.ts';
import { isPaidBy, settlementBody } from './settle.ts';
import { type Standing, standingOf } from './standing.ts';

/** Visits open at the desk at once; when one more comes, one leaves. */
export const VISITS_MAX = 20;

interface Confirm {
  visit: string;
  request: string;
  digest: string;
  draft: Draft;
  paid_way: PaidWay;
  operator: string;
}

export interface SettledVisit {
  seq: Seq;
  hash: string;
  body: SettlementBody;
}

interface DeskOptions {
  ledger: LedgerReader & Pick<LedgerWriter, 'settle'> & LedgerClock & OpenVisits;
  reference: ReferenceNow;
  entitlement: EntitlementOf;
  now(): number;
  newId(): string;
  software: string;
  /** Where what is typed outlives the process. */
  drafts: DraftsKept;
  /** Something the page shows has changed. */
  changed(): void;
}

/** How somebody comes to the desk: with a card, picked from the roster, or by name alone. */
type Who = { credential: Credential } | { psn_no: string } | { psn_name: string };

/** From a card to a settlement: who is there, what it costs, what was confirmed. */
export interface Desk {
  reference(): Reference;
  today(): string;
  open(who: Who): Visit;
  visits(): Visit[];
  visit(id: string): Visit;
  quote(id: string, draft: Draft, operator: string): Quote;
  /** The last quote of a visit, priced now. */
  quoteNow(visit: Visit, operator: string): Quote;
  /** Who the person of a visit is to the insurer, and what is left to them, before anything is prescribed. */
  standing(visit: Visit): Standing;
  /** The person of a visit as they came, and as the roster in force has them. */
  subject(visit: Visit): Subject;
  /**
   * Settles once per request id, which belongs to one visit, digest and way of paying: else REQUEST_REUSED.
   * Refusal QUOTE_CHANGED when the digest is no longer true, REASON_MISSING when
   * the audit has come to ask something that the doctor has not answered.
   */
  confirm(confirm: Confirm): SettledVisit;
  close(id: string): void;
  readonly itemUse: ItemUse;
  /** 照上次开: what this clinic last settled for the person. */
  lastDraft(visit: Visit): LastDraft | null;
  /** What was typed before a power cut could not all be read again. */
  readonly draftsLost: boolean;
  /** Writes what is still to be kept of the drafts. */
  stop(): void;
}

const EMPTY_DRAFT: Draft = { diagnoses: [], items: [] };

export function createDesk(options: DeskOptions): Desk {
  const { ledger, reference, entitlement, now, newId, changed } = options;
  const use = createItemUse(ledger);
  const history = createHistory(ledger);
  const { open, damaged } = restoreVisits(ledger);
  const drafts = createDrafts({ ...options.drafts, open: new Set(open.keys()) });
  for (const visit of open.values()) visit.draft = drafts.of(visit.id) ?? visit.draft;

  const instant = () => new Date(now()).toISOString();
  const today = () => ledger.time().day;

  function visitorOf(who: Who): Visitor {
    if ('credential' in who) return visitorOfCredential(who.credential, reference(), instant());
    if ('psn_name' in who) {
      if (nameForm(who.psn_name) === '') throw new Refusal('NAME_EMPTY');
      return visitorOfName(plainText(who.psn_name), instant());
    }
    const person = reference().roster.value.byNumber(who.psn_no);
    if (!person) throw new Refusal('PERSON_UNKNOWN');
    return visitorOfPerson(person, instant());
  }

  function save({ id, opened_at, visitor, draft }: Visit): void {
    ledger.putVisit({ id, opened_at, json: JSON.stringify({ visitor, draft }) });
  }

  function openVisit(who: Who): Visit {
    const visitor = visitorOf(who);
    const there = [...open.values()].find((visit) => samePerson(visit.visitor, visitor, reference()));
    if (there) {
      // The card of somebody already at the desk: the lines stay; a card is better evidence than a name. Whom
      // the doctor has picked stays picked where the number alone does not tell.
      const psn_no = visitor.psn_no ?? there.visitor.psn_no;
      if (visitor.credential) save(Object.assign(there, { visitor: { ...visitor, psn_no } }));
      changed();
      return there;
    }
    const visit = { id: newId(), opened_at: instant(), visitor, draft: EMPTY_DRAFT };
    save(visit);
    open.set(visit.id, visit);
    if (open.size > VISITS_MAX) makeRoom(visit.id);
    changed();
    return visit;
  }

  /** The oldest leaves, one for whom nothing has been written before any other. */
  function makeRoom(newest: string): void {
    const others = [...open.values()].filter(({ id }) => id !== newest);
    const untouched = others.find(({ draft }) => draft.items.length + draft.diagnoses.length === 0);
    const leaving = untouched ?? others[0];
    if (leaving) close(leaving.id);
  }

  function visit(id: string): Visit {
    const found = open.get(id);
    if (!found) throw new Refusal('VISIT_UNKNOWN');
    return found;
  }

  function close(id: string): void {
    if (open.delete(id)) ledger.dropVisit(id);
    drafts.drop(id);
    changed();
  }

  const subject = ({ visitor }: Visit) => subjectOf(visitor, reference(), today());

  /** What both a quote and a standing rest on. */
  function factsOf(visit: Visit) {
    const { day, now: at, code } = ledger.time();
    const subject = subjectOf(visit.visitor, reference(), day);
    const identity = identityFindings(subject, code === null ? day : null);
    return { subject, identity, day, now: at, entitlement: entitlement(subject, day) };
  }

  function quoteNow(visit: Visit, operator: string): Quote {
    const { draft } = visit;
    return makeQuote({ ...factsOf(visit), draft, operator, reference: reference(), history });
  }

  function standing(visit: Visit): Standing {
    const { entitlement, ...facts } = factsOf(visit);
    return standingOf({ ...facts, clinic: reference().clinic.value }, entitlement);
  }

  function confirm({ visit: id, request, digest, draft, paid_way, operator }: Confirm): SettledVisit {
    const before = ledger.settledBy(request, { visit: id, quote: digest });
    if (before && !isPaidBy(before.body, paid_way)) throw new Refusal('REQUEST_REUSED');
    if (before) return before;
    const found = visit(id);
    const quote = quoteNow({ ...found, draft }, operator);
    const problem = quote.problems[0];
    if (problem) throw new Refusal(problem.code);
    if (quote.digest !== digest) throw new Refusal('QUOTE_CHANGED');
    const facts = {
      quote,
      clinic: reference().clinic.value.fixmedins_code,
      request,
      paid_way,
      software: options.software,
      clock: ledger.time().source,
    };
    const settled = ledger.settle({
      operator,
      request,
      visit: id,
      quote: digest,
      body: (seq) => settlementBody(facts, ledger.ledger, seq),
    });
    use.add(settled.body);
    open.delete(id);
    drafts.drop(id);
    changed();
    return settled;
  }

  function lastDraft({ visitor }: Visit): LastDraft | null {
    const last = visitor.psn_no === null ? null : history.last(visitor.psn_no);
    return last && draftOf(last, reference());
  }

  return {
    reference,
    today,
    open: openVisit,
    visits: () => [...open.values()],
    visit,
    quote(id, draft, operator) {
      const found = Object.assign(visit(id), { draft });
      drafts.keep(id, draft);
      return quoteNow(found, operator);
    },
    quoteNow,
    standing,
    subject,
    confirm,
    close,
    itemUse: use,
    lastDraft,
    draftsLost: damaged || drafts.damaged,
    stop: drafts.close,
  };
}
