/** Sessions recorded over a real terminal and a real socket, and played back to the driver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import type { Channel, Clock, DriverContext, PrintOutcome, Transport } from '../contract.ts';
import { EscposPrinter } from '../escpos/driver.ts';
import { ESCPOS_80MM } from '../escpos/profile.ts';
import { EscposOnTcp } from '../escpos/simulator-on-tcp.ts';
import { SdtReader } from '../sdt/driver.ts';
import { SDT_STANDARD } from '../sdt/profile.ts';
import { SdtSimulator } from '../sdt/simulator.ts';
import { OnPty } from '../simulator/on-pty.ts';
import { eventually, FakeClock, realClock } from '../testing/fake-clock.ts';
import { LI, ZHANG } from '../testing/people.ts';
import { Replay } from '../testing/replay.ts';
import { parseTranscript } from '../transcript.ts';
import { MemoryCable } from './memory.ts';
import { realLines } from './real.ts';
import { recorded, recordedLines, TranscriptRecorder } from './record.ts';

function recorderOn(clock: Clock) {
  let text = '';
  const recorder = new TranscriptRecorder(clock, (more) => {
    text += more;
  });
  return { recorder, text: () => text };
}

describe('a session of an identity-card reader', () => {
  const READ_MS_MAX = 300;
  const profile = { ...SDT_STANDARD, replyMsMax: 5_000, readMsMax: READ_MS_MAX };

  function readerOn(transport: Transport, context: DriverContext) {
    const events: string[] = [];
    const reader = new SdtReader({ id: 'idcard', title: '读卡器', transport, context }, profile);
    reader.onCredential((credential) => events.push(JSON.stringify(credential)));
    reader.onProblem((code) => events.push(code));
    reader.onStatus(({ state, code }) => events.push(`${state} ${code}`));
    return { reader, events };
  }

  test('recorded on a terminal and played back gives the same events', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cyt-record-'));
    const device = new OnPty(new SdtSimulator(), join(directory, 'idcard'));
    await device.plugIn();
    const { recorder, text } = recorderOn(realClock);
    const lines = recordedLines(
      realLines(realClock, () => undefined),
      recorder,
    );
    const { reader, events } = readerOn(lines.serial(device.link, profile), lines);
    reader.start();
    await eventually(() => events.length === 2);
    device.simulator.putCard(ZHANG);
    await eventually(() => events.length === 3);
    device.simulator.misbehave('read', { kind: 'half', bytes: 700 });
    device.simulator.putCard(LI);
    await eventually(() => events.length === 4);
    device.simulator.putCard(LI);
    await eventually(() => events.length === 5);
    await reader.stop();
    recorder.flush();
    await device.pull();
    await rm(directory, { recursive: true });
    const [stopped, ...seen] = events.reverse();
    expect(stopped).toBe('absent null');
    expect(seen.reverse().map((event) => event.replace(/.*"certno":"(\d{6}).*/, '$1'))).toEqual([
      'starting null',
      'ready null',
      '441581',
      'SDT_FRAME',
      '140225',
    ]);

    const clock = new FakeClock();
    const cable = new MemoryCable();
    const replay = new Replay(parseTranscript(text()));
    cable.plugIn((channel) => replay.attach(channel));
    const again = readerOn(cable, { clock, log: () => undefined });
    again.reader.start();
    await clock.advance(10_000);
    expect(again.events.slice(0, 5)).toEqual(seen);
    expect([replay.left, again.reader.status().counters.half_frames]).toEqual([0, 1]);
    const ended = again.reader.stop();
    await clock.advance(5_000);
    await ended;
  });
});

describe('a session of a receipt printer', () => {
  const slip = Buffer.concat([
    Uint8Array.of(0x1b, 0x40, 0x1c, 0x26),
    iconv.encode('总费用 26.34\n'.repeat(20), 'gb18030'),
    Uint8Array.of(0x1d, 0x56, 0x42, 0x00),
  ]);
  const profile = { ...ESCPOS_80MM, replyMsMax: 5_000 };
  const printerOn = (transport: Transport, context: DriverContext) =>
    new EscposPrinter({ id: 'slip', title: '打印机', transport, context }, profile);

  test('recorded on a socket and played back gives the same outcomes', async () => {
    const device = new EscposOnTcp({ clock: realClock, lineMs: 0, afterStop: 'forget' });
    await device.powerOn();
    const { recorder, text } = recorderOn(realClock);
    const lines = recordedLines(
      realLines(realClock, () => undefined),
      recorder,
    );
    const printer = printerOn(lines.tcp(device.host, device.port, profile), lines);
    printer.start();
    await eventually(() => printer.status().identity.firmware !== undefined);
    const identity = printer.status().identity;
    const outcomes: PrintOutcome[] = [await printer.print(slip)];
    device.printer.paperEndsAfter(5);
    outcomes.push(await printer.print(slip));
    await printer.stop();
    recorder.flush();
    await device.powerOff();
    expect(outcomes).toEqual([{ result: 'printed' }, { result: 'unsure', code: 'PRINTER_PAPER_END' }]);

    const clock = new FakeClock();
    const cable = new MemoryCable();
    const replay = new Replay(parseTranscript(text()));
    cable.plugIn((channel) => replay.attach(channel));
    const again = printerOn(cable, { clock, log: () => undefined });
    again.start();
    await clock.advance(1_000);
    expect(again.status()).toMatchObject({ state: 'ready', identity });
    const first = again.print(slip);
    await clock.advance(1_000);
    const second = again.print(slip);
    await clock.advance(1_000);
    expect([await first, await second]).toEqual(outcomes);
    expect(replay.unexpectedBytes).toBe(0);
    const ended = again.stop();
    await clock.advance(5_000);
    await ended;
  });
});

describe('the recorder', () => {
  async function line() {
    const clock = new FakeClock();
    const cable = new MemoryCable();
    const { recorder, text } = recorderOn(clock);
    const far: Channel[] = [];
    const plugIn = () => cable.plugIn((channel) => far.push(channel));
    const transport = recorded(cable, recorder);
    const say = async (...bytes: number[]) => {
      await far.at(-1)?.write(Uint8Array.from(bytes));
      await clock.advance(1);
    };
    return { clock, cable, recorder, text, transport, plugIn, say };
  }

  test('joins the pieces of one answer, tells answers apart, and remarks pauses', async () => {
    const { clock, transport, plugIn, say, text, recorder } = await line();
    plugIn();
    const channel = await transport.open();
    const received: number[] = [];
    channel.onData((bytes) => received.push(...bytes));
    channel.onData(() => undefined);
    await channel.write(Uint8Array.of(0x11));
    await say(1, 2);
    await say(3);
    await clock.advance(198);
    await say(4);
    await clock.advance(2_000);
    await channel.write(Uint8Array.of(0x12));
    await say(5);
    await channel.write(Uint8Array.of(0x13));
    recorder.flush();
    expect(clock.timers).toBe(0);
    expect(received).toEqual([1, 2, 3, 4, 5]);
    expect(text()).toBe(
      '# the line is open\n> 11\n< 01 02 03\n# 0.200 s\n< 04\n# 2.201 s\n> 12\n< 05\n> 13\n',
    );
  });

  test('writes what a device says without end while it says it', async () => {
    const { transport, plugIn, say, text } = await line();
    plugIn();
    (await transport.open()).onData(() => undefined);
    for (let i = 0; i < 5; i++) await say(...new Uint8Array(1_000));
    expect(parseTranscript(text()).map(({ bytes }) => bytes.length)).toEqual([5_000]);
  });

  test('remarks once that a device is absent, and how a line ended', async () => {
    const { cable, transport, plugIn, text } = await line();
    for (let i = 0; i < 3; i++)
      await expect(transport.open()).rejects.toMatchObject({ code: 'DEVICE_ABSENT' });
    plugIn();
    await transport.open();
    cable.pull();
    expect(text().match(/^# .*$/gm)).toEqual([
      '# the line does not open: DEVICE_ABSENT: nothing is plugged in',
      '# the line is open',
      '# the line has ended: cable pulled',
    ]);
  });
});

describe('a replay', () => {
  test('says at once what the device said unasked, and leaves what was never asked unanswered', async () => {
    const clock = new FakeClock();
    const replay = new Replay(parseTranscript('< 01\n< 02\n> AA BB\n< 03\n> CC\n> AA BB\n< 04\n'));
    const cable = new MemoryCable();
    cable.plugIn((channel) => replay.attach(channel));
    const channel = await cable.open();
    const received: number[] = [];
    channel.onData((bytes) => received.push(...bytes));
    const ask = async (...bytes: number[]) => {
      await channel.write(Uint8Array.from(bytes));
      await clock.advance(1);
      return received.splice(0);
    };
    expect(await ask(0xee)).toEqual([1, 2]);
    expect(replay.unexpectedBytes).toBe(1);
    expect(await ask(0xaa)).toEqual([]);
    expect(await ask(0xbb)).toEqual([3]);
    expect(await ask(0xaa, 0xbb)).toEqual([4]);
    expect(await ask(0xaa, 0xbb)).toEqual([]);
    expect([replay.left, replay.unexpectedBytes]).toEqual([0, 3]);
  });

  test('with a clock keeps the recorded pauses, and says nothing more when the line ends', async () => {
    const clock = new FakeClock();
    const text =
      '# the line is open\n# 2.000 s\n< 01\n< 02\n# 3.000 s\n> AA\n# 3.200 s\n< 03\n# 9.000 s\n< 04\n';
    const replay = new Replay(parseTranscript(text), clock);
    const cable = new MemoryCable();
    cable.plugIn((channel) => replay.attach(channel));
    const channel = await cable.open();
    const received: number[] = [];
    channel.onData((bytes) => received.push(...bytes));
    await clock.advance(1_999);
    expect(received).toEqual([]);
    await clock.advance(1);
    expect(received).toEqual([1, 2]);
    await channel.write(Uint8Array.of(0xaa));
    await clock.advance(199);
    expect(received).toEqual([1, 2]);
    await clock.advance(1);
    expect(received).toEqual([1, 2, 3]);
    cable.pull();
    expect(clock.timers).toBe(0);
  });
});
