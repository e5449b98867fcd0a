import { realClock, realRandom } from '../../gateway/real.ts';
import { createMqttBus } from '../../sync/bus/mqtt.ts';
import { ledgerTopic, parseTopic } from '../../sync/contract/topics.ts';

const LEAVES = ['up', 'down'] as const;

/**
 * A third client of the broker that hears what box and township say, at the moment when they hear each other.
 */
export interface Witness {
  /**
   * Resolves when something of the box's (`up`) or of the township's (`down`) next passes, or at the signal.
   */
  heard(leaf: 'up' | 'down', signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function startWitness(url: string): Promise<Witness> {
  const listeners = new Set<(leaf: string | undefined) => void>();
  const bus = createMqttBus({
    url,
    clientId: 'witness',
    clock: realClock,
    random: realRandom,
    backoff: { base_ms: 20, cap_ms: 100 },
  });
  for (const leaf of LEAVES) await bus.subscribe(ledgerTopic('+', '+', leaf));
  bus.onMessage((topic) => {
    for (const listener of listeners) listener(parseTopic(topic)?.leaf);
  });
  return {
    heard: (leaf, signal) =>
      new Promise((resolve) => {
        const done = () => {
          listeners.delete(listen);
          resolve();
        };
        const listen = (passed: string | undefined) => {
          if (passed === leaf) done();
        };
        listeners.add(listen);
        signal.addEventListener('abort', done);
      }),
    close: () => bus.close(),
  };
}
