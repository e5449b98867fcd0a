import type { SyncError } from '../errors.ts';

/**
 * The port to a broker: at least once, in order while connected, nothing kept while not. Implementations:
 * mqtt.ts (MQTT 3.1.1) and model.ts (in memory, with faults from a seed); testing/conformance.ts holds all of
 * them to this.
 */
export interface Bus {
  connected(): boolean;
  /**
   * Told of every change, and of every attempt that failed: `why` has a code for the doctor, English for the
   * log.
   */
  onState(listener: (connected: boolean, why?: SyncError) => void): void;
  /**
   * Remembered, and renewed after every reconnect before `onState(true)`. Resolves at once while not
   * connected.
   */
  subscribe(filter: string): Promise<void>;
  /**
   * Messages may come twice. A listener does not throw: it counts and goes on. Back-pressure: while a promise
   * that a listener gives is pending, the connection reads no further.
   */
  onMessage(listener: MessageListener): void;
  /**
   * Resolves when the broker has it (PUBACK), which says nothing about the receiver. Rejects with SyncError
   * LINK_DOWN when there is no connection or it drops first: the message may have arrived all the same, and
   * is never sent again by the bus.
   */
  publish(topic: string, payload: Uint8Array, opts?: { retain?: boolean }): Promise<void>;
  /** Disconnects cleanly: with a will set, the will is not sent. */
  close(): Promise<void>;
}

/** May give a promise; anything else it gives means nothing. */
type MessageListener = (topic: string, payload: Buffer) => unknown;

/** What the broker publishes in our place when the connection ends without DISCONNECT. */
export interface Will {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
}
