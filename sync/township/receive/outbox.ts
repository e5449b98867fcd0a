import type { Bus } from '../../bus/port.ts';
import { sealMessage } from '../../contract/frame.ts';
import type { LedgerId } from '../../contract/ids.ts';
import type { DownMessage, Receipt } from '../../contract/messages.ts';
import { ledgerTopic } from '../../contract/topics.ts';
import type { Random } from '../../ports.ts';
import { signJws } from '../../record/jws.ts';
import type { SigningKey } from '../../record/keys.ts';
import type { LedgerRow, LedgerTable } from '../store/port.ts';
import { enrolled } from './enrolled.ts';
import type { PairKeys } from './pair-keys.ts';

/** Seals messages for boxes and publishes them. */
export interface Outbox {
  /**
   * False when the bus did not take it. Never rejects: what a box did not get comes again after its next
   * hello.
   */
  send(row: LedgerRow, message: DownMessage): Promise<boolean>;
  /** Signs and sends how far the ledger is held by now. */
  sendReceipt(ledger: LedgerId): void;
}

interface OutboxOptions {
  bus: Bus;
  ledgers: LedgerTable;
  pairOf(row: LedgerRow): PairKeys;
  signing: SigningKey;
  random: Random;
  /** ISO 8601. */
  now(): string;
}

export function createOutbox({ bus, ledgers, pairOf, signing, random, now }: OutboxOptions): Outbox {
  function send(row: LedgerRow, message: DownMessage): Promise<boolean> {
    const payload = sealMessage(pairOf(row).shared, message, random);
    return bus.publish(ledgerTopic(row.clinic, row.ledger, 'down'), payload).then(
      () => true,
      () => false,
    );
  }

  return {
    send,
    sendReceipt(ledger) {
      const row = enrolled(ledgers, ledger);
      const { clinic, through, hash, boot, n } = row;
      const session = boot === null || n === null ? {} : { boot, n };
      const receipt: Receipt = { v: 1, ledger, clinic, through, hash, at: now(), ...session };
      void send(row, { v: 1, t: 'receipt', receipt: signJws('cyt-receipt+jws', receipt, signing) });
    },
  };
}
