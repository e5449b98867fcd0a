import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Channel, Clock } from '../contract.ts';
import { MemoryCable } from '../line/memory.ts';
import { eventually, FakeClock, realClock } from '../testing/fake-clock.ts';
import { type FrameDecoder, FrameReader } from './frame-reader.ts';
import { Waiter } from './waiter.ts';

/** Letters up to a full stop. */
class Sentences implements FrameDecoder<string> {
  #held = '';
  get unfinished(): boolean {
    return this.#held !== '';
  }
  push(bytes: Uint8Array): string[] {
    const [first = '', ...rest] = Buffer.from(bytes).toString('latin1').split('.');
    const parts = [this.#held + first, ...rest];
    this.#held = parts.pop() ?? '';
    return parts.filter((part) => part !== '');
  }
  reset(): void {
    this.#held = '';
  }
}

let clock: FakeClock;
let far: Channel;
let frames: (string | null)[];
let dropped = 0;

async function listen(on: Clock, silenceMsMax: number): Promise<Channel> {
  const cable = new MemoryCable();
  let end: Channel | undefined;
  cable.plugIn((channel) => {
    end = channel;
  });
  const channel = await cable.open();
  const waiter = new Waiter(on);
  const decoder = new Sentences();
  const onDropped = (count: number) => {
    dropped += count;
  };
  const reader = new FrameReader({ channel, waiter, decoder, silenceMsMax, onDropped });
  const read = async (): Promise<void> => {
    for (;;) frames.push(await reader.next());
  };
  void read();
  if (!end) throw new Error('the cable is out');
  return end;
}

beforeEach(async () => {
  clock = new FakeClock();
  [frames, dropped] = [[], 0];
  far = await listen(clock, 500);
});

const send = async (text: string, ms = 0): Promise<void> => {
  await far.write(Buffer.from(text));
  await clock.advance(ms);
};
/** Silence at the beginning: the next byte begins a frame. */
const aligned = () => clock.advance(500);

describe('a frame', () => {
  test('is read whole, and an idle line costs no timer', async () => {
    await aligned();
    expect(clock.timers).toBe(0);
    await send('one.two.th', 499);
    await send('ree.', 3_600_000);
    await send('four.');
    expect(frames).toEqual(['one', 'two', 'three', 'four']);
    expect(clock.timers).toBe(0);
  });

  test('may take as long as it needs while it comes', async () => {
    await aligned();
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') await send(letter, 499);
    await send('.');
    expect(frames).toEqual(['abcdefghijklmnopqrstuvwxyz']);
  });

  test('that comes faster than it is taken is dropped and counted', async () => {
    await aligned();
    await send('a.'.repeat(1_000));
    expect(frames).toHaveLength(16);
    expect(dropped).toBe(984);
    await send('b.');
    expect(frames.at(-1)).toBe('b');
  });
});

describe('half a frame', () => {
  test('is given up once after silence, also when the wait for it began idle, and the next is whole', async () => {
    await aligned();
    await clock.advance(60_000);
    await send('ha', 499);
    expect(frames).toEqual([]);
    await clock.advance(1);
    expect(frames).toEqual([null]);
    await clock.advance(60_000);
    await send('whole.');
    expect(frames).toEqual([null, 'whole']);
  });

  test('is not given up by a process that was busy while the rest came', async () => {
    const silenceMs = 60;
    far = await listen(realClock, silenceMs);
    await new Promise((resolve) => setTimeout(resolve, silenceMs * 2));
    await far.write(Buffer.from('wh'));
    setImmediate(() => {
      // Runs after the timers of the next turn, as input that came meanwhile does.
      setImmediate(() => void far.write(Buffer.from('ole.')));
      const begin = performance.now();
      while (performance.now() - begin < silenceMs * 3);
    });
    await eventually(() => frames.length > 0);
    expect(frames).toEqual(['whole']);
  });
});

describe('on a line that was opened in the middle of a frame', () => {
  test('the rest of that frame is none; the next is, however soon', async () => {
    await send('st.next.');
    expect(frames).toEqual([null, 'next']);
  });

  test('the rest without its end is given up', async () => {
    await clock.advance(499);
    await send('st', 500);
    await send('next.');
    expect(frames).toEqual([null, 'next']);
  });

  test('silence tells that nothing was under way', async () => {
    await clock.advance(500);
    await send('first.');
    expect(frames).toEqual(['first']);
  });
});

test('whatever is cut out of a stream and wherever it pauses, no piece of a frame is a frame', async () => {
  const words = ['alpha', 'beta', 'gamma', 'delta'];
  const step = fc.record({
    word: fc.nat(3),
    from: fc.nat(6),
    to: fc.nat(6),
    ms: fc.constantFrom(500, 1_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(7), fc.array(step, { maxLength: 8 }), async (begin, steps) => {
      clock = new FakeClock();
      frames = [];
      far = await listen(clock, 500);
      // The line opens somewhere in a word; then come words, each whole or with its end missing.
      await send('epsilon.'.slice(begin), 0);
      for (const { word, to, ms } of steps) await send(`${words[word]}.`.slice(0, to), ms);
      await clock.advance(1_000);
      expect(frames.filter((frame) => frame !== null && !words.includes(frame))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
