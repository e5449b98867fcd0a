import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UP_BYTES_MAX } from '../../contract/limits.ts';
import { SyncError } from '../../errors.ts';
import { until } from '../../testing/world.ts';
import type { Bus, Will } from '../port.ts';

/** A broker under test, and lines to it that can be cut. */
export interface Bench {
  bus(options?: { will?: Will }): { bus: Bus; cut(): void };
  /** Kills the broker and starts it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface Heard {
  topic: string;
  text: string;
}

function listen(bus: Bus): Heard[] {
  const heard: Heard[] = [];
  bus.onMessage((topic, payload) => heard.push({ topic, text: payload.toString() }));
  return heard;
}

const connected = (...buses: Bus[]) => until('connected', () => buses.every((bus) => bus.connected()));
const codeOf = (publish: Promise<void>) =>
  publish.then(
    () => 'sent',
    (error: unknown) => (error instanceof SyncError ? error.code : String(error)),
  );

/** What every Bus must do; port.ts says it in words. */
export function busConformance(name: string, open: () => Promise<Bench>): void {
  describe(`a bus to ${name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    test('carries messages whole and in order to those who subscribed, and only those', async () => {
      const [{ bus: a }, { bus: b }, { bus: c }] = [bench.bus(), bench.bus(), bench.bus()];
      const [atB, atC] = [listen(b), listen(c)];
      await b.subscribe('x/+/up'); // not connected yet: remembered
      await connected(a, b, c);
      await c.subscribe('x/2/#');
      const sent = Array.from({ length: 200 }, (_, i) => `message ${i}`);
      await Promise.all(sent.map((text) => a.publish('x/1/up', Buffer.from(text))));
      await a.publish('x/1/down', Buffer.from('not for b'));
      await a.publish('x/2/state', Buffer.from('for c'));
      await until('all heard', () => atB.length === 200 && atC.length === 1);
      expect(atB.map(({ text }) => text)).toEqual(sent);
      expect(atC).toEqual([{ topic: 'x/2/state', text: 'for c' }]);
    });

    test('carries the largest message byte for byte', async () => {
      const [{ bus: a }, { bus: b }] = [bench.bus(), bench.bus()];
      const payload = Buffer.alloc(UP_BYTES_MAX, Buffer.from([0, 1, 128, 255]));
      let heard: Buffer | undefined;
      b.onMessage((_topic, bytes) => {
        heard = Buffer.from(bytes);
      });
      await b.subscribe('big');
      await connected(a, b);
      await a.publish('big', payload);
      await until('heard', () => heard !== undefined);
      expect(heard?.equals(payload)).toBe(true);
    });

    test('reads no further while a listener asks to wait', async () => {
      const [{ bus: a }, { bus: b }] = [bench.bus(), bench.bus()];
      const log: string[] = [];
      b.onMessage(async (_topic, payload) => {
        log.push(`begin ${payload}`);
        await new Promise((done) => setTimeout(done, 5));
        log.push(`end ${payload}`);
      });
      await b.subscribe('t');
      await connected(a, b);
      const sent = Array.from({ length: 30 }, (_, i) => `${i}`);
      await Promise.all(sent.map((text) => a.publish('t', Buffer.from(text))));
      await until('all heard', () => log.length === 60);
      expect(log).toEqual(sent.flatMap((text) => [`begin ${text}`, `end ${text}`]));
    });

    test('refuses to publish while there is no connection, and keeps nothing for later', async () => {
      const [{ bus: a }, { bus: b }] = [bench.bus(), bench.bus()];
      const heard = listen(b);
      await b.subscribe('t');
      expect(await codeOf(a.publish('t', Buffer.from('too early')))).toBe('LINK_DOWN');
      await connected(a, b);
      await a.publish('t', Buffer.from('now'));
      await until('heard', () => heard.length > 0);
      expect(heard).toEqual([{ topic: 't', text: 'now' }]);
    });

    test('settles every publish when the line is cut, and what was acknowledged did arrive', async () => {
      const [{ bus: a, cut }, { bus: b }] = [bench.bus(), bench.bus()];
      const heard = listen(b);
      await b.subscribe('t');
      await connected(a, b);
      const verdicts: Promise<string>[] = [];
      for (let i = 0; i < 300; i += 1) {
        verdicts.push(codeOf(a.publish('t', Buffer.from(`${i}`))));
        if (i === 150) {
          await verdicts[40]; // some are through, some under way
          cut();
        }
      }
      const all = await Promise.all(verdicts);
      expect(new Set(all)).toEqual(new Set(['sent', 'LINK_DOWN']));
      const acknowledged = all.flatMap((verdict, i) => (verdict === 'sent' ? [`${i}`] : []));
      const arrived = () => new Set(heard.map(({ text }) => text));
      await until('acknowledged ones arrive', () => acknowledged.every((text) => arrived().has(text)));
    });

    test('tells of a cut once, comes back by itself, and subscribes anew', async () => {
      const [{ bus: a }, { bus: b, cut }] = [bench.bus(), bench.bus()];
      const heard = listen(b);
      await b.subscribe('t');
      await connected(a, b);
      const states: boolean[] = [];
      b.onState((state) => states.push(state));
      for (let round = 1; round <= 3; round += 1) {
        cut();
        await until('told', () => states.filter((state) => !state).length >= round);
        await connected(b);
        await a.publish('t', Buffer.from(`after cut ${round}`));
        await until('heard', () => heard.length === round);
      }
      expect(states.filter(Boolean)).toHaveLength(3);
    });

    test('keeps the last word of a topic for who comes later', async () => {
      const [{ bus: a }, { bus: b }] = [bench.bus(), bench.bus()];
      const heard = listen(b);
      await connected(a, b);
      await a.publish('s/1', Buffer.from('old'), { retain: true });
      await a.publish('s/1', Buffer.from('new'), { retain: true });
      await b.subscribe('s/+');
      await until('heard', () => heard.length > 0);
      expect(heard).toEqual([{ topic: 's/1', text: 'new' }]);
    });

    test('has its will published when it is cut, and not when it disconnects', async () => {
      const will = (text: string) => ({ topic: 'will', payload: Buffer.from(text), retain: false });
      const { bus: a } = bench.bus();
      const heard = listen(a);
      await a.subscribe('will');
      const [{ bus: leaving }, { bus: dying, cut }] = [
        bench.bus({ will: will('left') }),
        bench.bus({ will: will('cut') }),
      ];
      await connected(a, leaving, dying);
      await leaving.close();
      cut();
      await until('the will is heard', () => heard.length > 0);
      expect(heard).toEqual([{ topic: 'will', text: 'cut' }]);
      expect(leaving.connected()).toBe(false);
      expect(await codeOf(leaving.publish('t', Buffer.alloc(1)))).toBe('LINK_DOWN');
    });

    test('outlives its broker', async () => {
      const [{ bus: a }, { bus: b }] = [bench.bus(), bench.bus()];
      const heard = listen(b);
      await b.subscribe('t');
      await connected(a, b);
      const fallen = new Set<Bus>();
      for (const bus of [a, b]) bus.onState((state) => !state && fallen.add(bus));
      await bench.restart();
      await until('both have noticed', () => fallen.size === 2);
      await connected(a, b);
      await a.publish('t', Buffer.from('still here'));
      await until('heard', () => heard.length > 0);
    });
  });
}
