import type { SyncError } from '../errors.ts';

/**
 * The port to a broker: at least once, in order while connected, nothing kept while not. Implementations: mqtt.ts (MQTT 3.1.1)
 * and model.ts (in memory, with faults from a seed); testing/conformance.ts holds all of them to this text.
 */
export interface Bus {
  connected(): boolean;
  /** Told on every change, and of every attempt that failed: `why` has a code for the doctor and English for the log. */
  onState(listener: (connected: boolean, why?: SyncError) => void): void;
  /**
   * Remembered, and renewed after every reconnect before `onState(true)`. Resolves at once while not
   * connected. A filter that the broker refuses ends the connection with BROKER_REFUSED, here (where it also
   * rejects) and at every reconnect.
   */
  subscribe(filter: string): Promise<void>;
  /**
   * Messages may come twice. A listener does not throw: it counts and goes on. While a promise that it answers with is pending, a
   * connection reads no further: who cannot keep up is not buried.
   */
  onMessage(listener: MessageListener): void;
  /**
   * Resolves when the broker has it (PUBACK), which says nothing about the receiver. Rejects with SyncError LINK_DOWN when there is no
   * connection or it drops first: the message may have arrived all the same, and is never sent again by the bus.
   */
  publish(topic: string, payload: Uint8Array, opts?: { retain?: boolean }): Promise<void>;
  /** Takes its leave: with a will set, the will is not sent. */
  close(): Promise<void>;
}

/** May answer with a promise; any other answer says nothing. */
export type MessageListener = (topic: string, payload: Buffer) => unknown;

/** What the broker says in our place when the connection ends without leave. */
export interface Will {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
}
