import { realClock, realRandom } from '../../gateway/real.ts';
import { createMqttBus } from '../../sync/mqtt-bus.ts';
import { parseTopic, TOWNSHIP_FILTERS } from '../../sync/wire/topics.ts';

/** A third client of the broker that hears what the box sends, at the moment when the township does. */
export interface Witness {
  /** Resolves when something of the box's next passes, or at the signal. */
  heard(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function startWitness(url: string): Promise<Witness> {
  const listeners = new Set<() => void>();
  const bus = createMqttBus({
    url,
    clientId: 'witness',
    clock: realClock,
    random: realRandom,
    backoff: { base_ms: 20, cap_ms: 100 },
  });
  for (const filter of TOWNSHIP_FILTERS) await bus.subscribe(filter);
  bus.onMessage((topic) => {
    if (parseTopic(topic)?.leaf === 'up') for (const listener of listeners) listener();
  });
  return {
    heard: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          listeners.delete(done);
          resolve();
        };
        listeners.add(done);
        signal.addEventListener('abort', done);
      }),
    close: () => bus.close(),
  };
}
