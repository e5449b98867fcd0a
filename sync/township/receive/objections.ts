import type { LedgerId, Seq } from '../../contract/ids.ts';
import type { Hello } from '../../contract/messages.ts';
import { recordHash } from '../../record/record.ts';
import type { Objection, Withdrawal } from '../book/objection.ts';
import type { SignedObjections } from '../book/signed-objections.ts';
import type { LedgerRow, TownshipStore } from '../store/port.ts';
import type { Outbox } from './outbox.ts';

/** Stores what the township has against a record or a ledger, and sends it until it is held. */
export interface Objections {
  send(row: LedgerRow, jws: string): Promise<boolean>;
  /** Stores one and, when it is new, sends it. */
  raise(row: LedgerRow, seq: Seq, objection: Objection): void;
  /** Takes one back and, when it stood, sends that. */
  withdraw(withdrawal: Withdrawal): void;
  /** Sends what the box does not hold yet, by its hello; without one, what closes its ledger. */
  sendPending(row: LedgerRow, hello?: Hello): Promise<void>;
  /** Sends what another process (the shell) has stored. */
  sendUnsent(): Promise<void>;
}

type Held = Hello['findings'];

interface ObjectionOptions {
  store: TownshipStore;
  signed: SignedObjections;
  outbox: Outbox;
}

export function createObjections({ store, signed, outbox }: ObjectionOptions): Objections {
  const send = (row: LedgerRow, finding: string) => outbox.send(row, { v: 1, t: 'finding', finding });

  /** A number alone proves nothing: a township that lost data numbers its objections anew. */
  function heldThrough(ledger: LedgerId, held: Held): number | null {
    if (!held) return null;
    const jws = store.objections.byNumber(ledger, held.n);
    return jws !== undefined && recordHash(jws) === held.hash ? held.n : 0;
  }

  /**
   * The box holds more objections than this township has, which lost them, and no record is left to be judged
   * again: a number that comes again replaces what the box holds from there on.
   */
  function replaceLost(row: LedgerRow, { findings: held, head }: Hello): void {
    if (!held || held.n <= store.objections.lastNumber(row.ledger) || head > row.through) return;
    store.transact((tables) => {
      const objection = { code: 'OBJECTIONS_LOST', text: 'restored from a backup' } as const;
      signed.add(tables, row, 0, objection);
      signed.withdraw(tables, { ...objection, withdraws: { ledger: row.ledger, seq: 0 } });
    });
  }

  return {
    send,
    raise(row, seq, objection) {
      const jws = store.transact((tables) => signed.add(tables, row, seq, objection));
      if (jws !== undefined) void send(row, jws);
    },
    withdraw(withdrawal) {
      const jws = store.transact((tables) => signed.withdraw(tables, withdrawal));
      const row = store.ledgers.get(withdrawal.withdraws.ledger);
      if (row && jws !== undefined) void send(row, jws);
    },
    async sendPending(row, hello) {
      if (hello) replaceLost(row, hello);
      const through = heldThrough(row.ledger, hello?.findings);
      for (const { id, jws } of store.objections.pending(row.ledger, through))
        if (await send(row, jws)) store.objections.markSent(id);
    },
    async sendUnsent() {
      for (const { id, ledger, jws } of store.objections.unsent()) {
        const row = store.ledgers.get(ledger);
        if (row && (await send(row, jws))) store.objections.markSent(id);
      }
    },
  };
}
