import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, Credential, DeviceStatus } from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LI, ZHANG } from '../testing/people.ts';
import { encodeText } from './card.ts';
import { encodeReply, SW3 } from './codec.ts';
import { SdtReader } from './driver.ts';
import { SDT_STANDARD } from './profile.ts';
import { SdtSimulator } from './simulator.ts';

let clock: FakeClock;
let cable: MemoryCable;
let simulator: SdtSimulator;
let reader: SdtReader;
let credentials: Credential[];
let problems: DriverErrorCode[];
let statuses: DeviceStatus[];
let log: { code: string; detail: string }[];

beforeEach(async () => {
  clock = new FakeClock();
  cable = new MemoryCable();
  simulator = new SdtSimulator();
  log = [];
  const context = { clock, log: (line: { code: string; detail: string }) => log.push(line) };
  reader = new SdtReader({ id: 'idcard', title: '读卡器', transport: cable, context }, SDT_STANDARD);
  credentials = [];
  problems = [];
  statuses = [];
  reader.onCredential((credential) => credentials.push(credential));
  reader.onProblem((code) => problems.push(code));
  reader.onStatus((status) => statuses.push(status));
});
afterEach(async () => {
  const stopped = reader.stop();
  await clock.advance(5_000);
  await stopped;
  expect(clock.timers).toBe(0);
});

async function plugIn(): Promise<void> {
  cable.plugIn((channel) => simulator.attach(channel));
  reader.start();
  await clock.advance(1_000);
}

describe('a card', () => {
  test('laid down becomes one whole credential with the SAM that checked it', async () => {
    await plugIn();
    expect(reader.status().state).toBe('ready');
    expect(reader.status().identity.sam).toBe('05.03-20150401-0000123456-0123456789');
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    expect(credentials).toEqual([
      {
        kind: 'id-card',
        mdtrt_cert_type: '02',
        psn_cert_type: '01',
        certno: ZHANG.number,
        psn_name: '张秀兰',
        gend: '2',
        brdy: '1958-03-12',
        expiry: null,
        device: { driver: 'sdt', sam: '05.03-20150401-0000123456-0123456789' },
      },
    ]);
    expect(problems).toEqual([]);
  });

  test('that stays is emitted once; lifted and laid down again it is emitted again', async () => {
    await plugIn();
    simulator.putCard(ZHANG);
    await clock.advance(10_000);
    expect(credentials).toHaveLength(1);
    simulator.liftCard();
    await clock.advance(1_000);
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    expect(credentials).toHaveLength(2);
  });

  test('found again and again by its reader is emitted once all the same', async () => {
    await plugIn();
    simulator.findsAgain = true;
    simulator.putCard(ZHANG);
    await clock.advance(10_000);
    expect(simulator.counters.read).toBeGreaterThan(10);
    expect(credentials).toHaveLength(1);
    simulator.putCard(LI);
    await clock.advance(1_000);
    simulator.liftCard();
    await clock.advance(1_000);
    simulator.putCard(LI);
    await clock.advance(1_000);
    expect(credentials.map((credential) => credential.certno)).toEqual([ZHANG.number, LI.number, LI.number]);
  });

  test('swapped for another between two searches is the other person', async () => {
    await plugIn();
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    simulator.putCard(LI);
    await clock.advance(1_000);
    expect(credentials.map((credential) => credential.certno)).toEqual([ZHANG.number, LI.number]);
  });

  test('with a wrong check digit is refused by code, without its number or name anywhere', async () => {
    await plugIn();
    simulator.putCard({ ...ZHANG, number: `${ZHANG.number.slice(0, 17)}0` });
    await clock.advance(1_000);
    expect(credentials).toEqual([]);
    expect(problems).toEqual(['IDCARD_NUMBER_INVALID']);
    expect(JSON.stringify([log, statuses])).not.toMatch(/张秀兰|19580312/);
  });

  test('that cannot be selected for a moment is read all the same, and nobody is troubled', async () => {
    await plugIn();
    simulator.misbehave('select', { kind: 'refuse', sw3: 0x81 }, 2);
    simulator.putCard(ZHANG);
    await clock.advance(2_000);
    expect(credentials).toHaveLength(1);
    expect(problems).toEqual([]);
    expect(reader.status().counters).toMatchObject({ sw3_81: 2, sw3_other: 0, credentials: 1 });
  });

  test('that lastingly cannot be read is reported once', async () => {
    await plugIn();
    simulator.misbehave('read', { kind: 'refuse', sw3: 0x41 }, Number.POSITIVE_INFINITY);
    simulator.putCard(ZHANG);
    await clock.advance(10_000);
    expect(problems).toEqual(['SDT_CARD_READ']);
    expect(reader.status().state).toBe('ready');
  });
});

describe('a loose plug', () => {
  test('of a device that has worked is opened again at once, however long it was away before', async () => {
    reader.start();
    await clock.advance(60_000); // the pause between attempts is as long as it gets
    cable.plugIn((channel) => simulator.attach(channel));
    await clock.advance(SDT_STANDARD.reopenMsMax + 1_000);
    expect(reader.status().state).toBe('ready');
    cable.pull();
    await clock.advance(0);
    expect(reader.status().state).toBe('absent');
    cable.plugIn((channel) => simulator.attach(channel));
    await clock.advance(SDT_STANDARD.reopenMsMin + 100);
    expect(reader.status().state).toBe('ready');
  });
});

describe('an answer of the reader itself', () => {
  test.each([
    [0x66, 'sw3_66'],
    [0x5a, 'sw3_other'],
  ] as const)('SW3 %i is a fault of the reader and counted as %s', async (sw3, counter) => {
    await plugIn();
    simulator.misbehave('find', { kind: 'refuse', sw3 });
    await clock.advance(400);
    expect(reader.status()).toMatchObject({ state: 'fault', code: 'SDT_SAM_FAULT' });
    expect(reader.status().counters[counter]).toBe(1);
  });
});

describe('a bad line', () => {
  test('a wrong checksum in the read emits nothing but the problem', async () => {
    await plugIn();
    simulator.misbehave('read', { kind: 'checksum' });
    simulator.putCard(ZHANG);
    await clock.advance(3_000);
    expect(credentials).toEqual([]);
    expect(problems).toEqual(['SDT_CHECKSUM']);
    expect(reader.status().counters.checksum).toBe(1);
    simulator.liftCard();
    await clock.advance(1_000);
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    expect(credentials).toHaveLength(1);
  });

  test('half a frame emits nothing but the problem, wherever it was cut', async () => {
    await plugIn();
    for (const bytes of [1, 6, 7, 300, 1294]) {
      problems.length = 0;
      simulator.misbehave('read', { kind: 'half', bytes });
      simulator.putCard(ZHANG);
      await clock.advance(6_000);
      expect(problems).toEqual(['SDT_FRAME']);
      simulator.liftCard();
      await clock.advance(1_000);
    }
    expect(credentials).toEqual([]);
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    expect(credentials).toHaveLength(1);
  });

  test('garbage before the answer is skipped and counted', async () => {
    await plugIn();
    simulator.misbehave('any', { kind: 'garbage', bytes: Uint8Array.of(0xaa, 0xaa, 0, 0xff) }, 10);
    simulator.putCard(ZHANG);
    await clock.advance(3_000);
    expect(credentials).toHaveLength(1);
    expect(reader.status().counters.garbage_bytes).toBe(40);
  });

  test("one person's late answer is never taken for the next person's", async () => {
    await plugIn();
    simulator.misbehave('read', { kind: 'late' });
    simulator.putCard(ZHANG);
    await clock.advance(4_500);
    simulator.putCard(LI);
    await clock.advance(5_000);
    expect(problems).toEqual(['SDT_SILENT']);
    expect(credentials.map((credential) => credential.certno)).toEqual([LI.number]);
  });

  test('an answer of the wrong shape, or one nobody asked for, is not taken', async () => {
    await plugIn();
    simulator.putCard(LI);
    simulator.misbehave('read', { kind: 'garbage', bytes: encodeReply(SW3.ok) });
    await clock.advance(1_000);
    expect(credentials).toHaveLength(1);
    simulator.liftCard();
    await clock.advance(1_000);
    // Another person's whole read, sent once more by the reader right after the selection.
    const data = Buffer.concat([Uint8Array.of(1, 0, 4, 0), encodeText(ZHANG), new Uint8Array(1024)]);
    simulator.misbehave('select', { kind: 'echo', bytes: encodeReply(SW3.ok, data) });
    simulator.putCard(LI);
    await clock.advance(1_000);
    expect(credentials.map((credential) => credential.certno)).toEqual([LI.number, LI.number]);
    expect(problems).toEqual([]);
  });

  test('babble for ever costs neither memory nor the processor', async () => {
    const babble = (channel: Channel): void => {
      clock.setTimeout(() => {
        channel.write(new Uint8Array(4_096).fill(0xaa)).then(
          () => babble(channel),
          () => undefined,
        );
      }, 100);
    };
    cable.plugIn(babble);
    reader.start();
    await clock.advance(20_000);
    expect(reader.status()).toMatchObject({ state: 'fault', code: 'SDT_FRAME' });
    // 20 seconds: at most three questions a second and an opening every two.
    expect(reader.status().counters.opens).toBeLessThan(20);
    cable.pull();
    await clock.advance(200);
  });
});

describe('a device that goes', () => {
  test('silent (power loss) is a fault the doctor sees, and comes back by itself', async () => {
    await plugIn();
    simulator.powered = false;
    await clock.advance(10_000);
    expect(reader.status()).toMatchObject({ state: 'fault', code: 'SDT_SILENT' });
    simulator.powered = true;
    simulator.putCard(ZHANG);
    await clock.advance(5_000);
    expect(reader.status()).toMatchObject({ state: 'ready', code: null });
    expect(credentials).toHaveLength(1);
  });

  test('absent is looked for less and less often, never in a busy loop, and reported once', async () => {
    reader.start();
    await clock.advance(3_600_000);
    expect(reader.status()).toMatchObject({ state: 'absent', code: 'DEVICE_ABSENT' });
    expect(log).toHaveLength(1);
    cable.plugIn((channel) => simulator.attach(channel));
    await clock.advance(2_500);
    expect(reader.status().state).toBe('ready');
  });

  test('and comes 1,000 times is there again each time within three seconds', async () => {
    await plugIn();
    for (let i = 0; i < 1_000; i++) {
      if (i % 3 === 0) simulator.putCard(i % 2 === 0 ? ZHANG : LI);
      await clock.advance((i * 37) % 900);
      cable.pull();
      simulator.liftCard();
      await clock.advance((i * 53) % 1_100);
      cable.plugIn((channel) => simulator.attach(channel));
      await clock.advance(3_000);
      expect(reader.status().state).toBe('ready');
    }
    expect(clock.timers).toBeLessThan(4);
  });

  test('stopped says no more, and may be started again', async () => {
    await plugIn();
    const stopped = reader.stop();
    await clock.advance(0);
    await stopped;
    expect(clock.timers).toBe(0);
    simulator.putCard(ZHANG);
    await clock.advance(60_000);
    expect(credentials).toEqual([]);
    expect(reader.status()).toMatchObject({ state: 'absent', code: null });
    reader.start();
    await clock.advance(1_000);
    expect(credentials).toHaveLength(1);
  });

  test('a listener that throws does not stop the reader, and its words reach no log', async () => {
    reader.onCredential((credential) => {
      throw new Error(`cannot store ${credential.psn_name}`);
    });
    await plugIn();
    simulator.putCard(ZHANG);
    await clock.advance(1_000);
    simulator.liftCard();
    await clock.advance(1_000);
    simulator.putCard(LI);
    await clock.advance(1_000);
    expect(credentials).toHaveLength(2);
    expect(log.map((line) => line.code)).toContain('DRIVER_FAULT');
    expect(JSON.stringify(log)).not.toContain('张秀兰');
  });
});
