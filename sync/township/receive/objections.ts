import type { LedgerId, Seq } from '../../contract/ids.ts';
import type { Hello, Objection as Signed } from '../../contract/messages.ts';
import type { Log } from '../../ports.ts';
import { signJws } from '../../record/jws.ts';
import type { SigningKey } from '../../record/keys.ts';
import { recordHash } from '../../record/record.ts';
import type { Objection } from '../book/objection.ts';
import type { LedgerRow, TownshipTables } from '../store/port.ts';
import type { Outbox } from './outbox.ts';

/**
 * Signs, numbers and stores what the township has against a record or a ledger, and sends it until it is
 * held.
 */
export interface Objections {
  /** Stores one, within the caller's transaction; gives its JWS, or undefined when it is stored already. */
  add(tables: TownshipTables, row: LedgerRow, seq: Seq, objection: Objection): string | undefined;
  send(row: LedgerRow, jws: string): Promise<boolean>;
  /** Stores one and, when it is new, sends it. */
  raise(row: LedgerRow, seq: Seq, objection: Objection): void;
  /** Sends what the box does not hold yet, by the `findings` of its hello. */
  sendPending(row: LedgerRow, held: Hello['findings']): Promise<void>;
}

interface ObjectionOptions {
  tables: TownshipTables;
  outbox: Outbox;
  signing: SigningKey;
  log: Log;
  /** ISO 8601. */
  now(): string;
}

export function createObjections({ tables: store, outbox, signing, log, now }: ObjectionOptions): Objections {
  const send = (row: LedgerRow, finding: string) => outbox.send(row, { v: 1, t: 'finding', finding });

  function add(
    { objections }: TownshipTables,
    { ledger, clinic }: LedgerRow,
    seq: Seq,
    { code, text, subject }: Objection,
  ): string | undefined {
    const n = objections.lastNumber(ledger) + 1;
    const payload: Signed & { n: number } = { v: 1, ledger, clinic, seq, code, text, at: now(), n };
    const jws = signJws('cyt-finding+jws', payload, signing);
    if (!objections.add(payload, jws, subject ?? null)) return undefined;
    log.warn({ ledger, seq, code }, 'objection');
    return jws;
  }

  /** A number alone proves nothing: a township that lost data numbers its objections anew. */
  function heldThrough(ledger: LedgerId, held: Hello['findings']): number | null {
    if (!held) return null;
    const jws = store.objections.byNumber(ledger, held.n);
    return jws !== undefined && recordHash(jws) === held.hash ? held.n : 0;
  }

  return {
    add,
    send,
    raise(row, seq, objection) {
      const jws = add(store, row, seq, objection);
      if (jws !== undefined) void send(row, jws);
    },
    async sendPending(row, held) {
      for (const { id, jws } of store.objections.pending(row.ledger, heldThrough(row.ledger, held)))
        if (await send(row, jws)) store.objections.markSent(id);
    },
  };
}
