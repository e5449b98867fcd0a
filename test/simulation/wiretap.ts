import type { ModelBroker } from '../../sync/bus/model.ts';
import type { Chance } from './chance.ts';

/** Somebody at the broker who keeps what went by and says it again much later. */
export function createWiretap(broker: ModelBroker, luck: Chance) {
  const bus = broker.bus();
  const kept: { topic: string; payload: Buffer }[] = [];
  const KEPT_MAX = 400;
  bus.onMessage((topic, payload) => {
    if (topic.endsWith('/state')) return;
    const message = { topic, payload };
    if (kept.length < KEPT_MAX) kept.push(message);
    else if (luck.happens(0.3)) kept[luck.upTo(KEPT_MAX - 1)] = message;
  });
  void bus.subscribe('cyt/#');
  return {
    again(change: (payload: Buffer) => Buffer): boolean {
      const message = kept.length > 0 ? luck.pick(kept) : undefined;
      if (!message) return false;
      bus.publish(message.topic, change(Buffer.from(message.payload))).catch(() => undefined);
      return true;
    },
  };
}
