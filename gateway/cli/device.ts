import type { AnyDevice } from '../../drivers/contract.ts';
import { realLines } from '../../drivers/line/real.ts';
import { recordedLines, TranscriptRecorder } from '../../drivers/line/record.ts';
import { createDevice } from '../../drivers/registry.ts';
import type { DeviceSettings } from '../../drivers/settings.ts';
import { formatRemark } from '../../drivers/transcript.ts';
import { realClock } from '../real.ts';
import { type Command, need, text, UsageError, type Values } from './command.ts';
import { untilStopped } from './process.ts';
import { loadSettings } from './settings.ts';
import { newTranscriptFile, type TranscriptFile } from './transcript-file.ts';

const SECONDS = 60;
const SECONDS_MAX = 3_600;
/** A device that never stops speaking must not fill the disk: about 5 MB of bytes. */
const TRANSCRIPT_CHARACTERS_MAX = 16_000_000;

const PERSONAL_DATA =
  'All bytes are written as they are: the transcript of an identity card holds the name, number and photo ' +
  'of a person, that of a slip the name, that of a scanner all that was scanned, a 医保码 too.';

const say = (line: string) => process.stdout.write(`${line}\n`);

function secondsOf({ seconds }: Values): number {
  const number = Number(seconds ?? SECONDS);
  if (Number.isInteger(number) && number >= 1 && number <= SECONDS_MAX) return number;
  throw new UsageError(`--seconds must be a whole number from 1 to ${SECONDS_MAX}`);
}

function deviceOf(values: Values, id: string | undefined): DeviceSettings {
  const devices = loadSettings(need(values, 'settings'), false).devices;
  const found = devices.find((device) => device.id === id);
  if (found) return found;
  const ids = devices.map((device) => device.id).join(', ');
  throw new UsageError(id ? `no device ${id}; the settings name ${ids}` : `which device: ${ids}`);
}

/** Says what the device does, never whom it read. */
function follow(device: AnyDevice): void {
  device.onStatus(({ state, code }) => say(code === null ? state : `${state} ${code}`));
  if (device.role === 'identify') device.onCredential(() => say('a card was read'));
  if (device.role === 'scan') device.onScan(() => say('a code was scanned'));
  if (device.role !== 'print') device.onProblem((code) => say(`refused ${code}`));
}

async function runRecorded(
  settings: DeviceSettings,
  { write, ended }: TranscriptFile,
  seconds: number,
): Promise<number> {
  write(formatRemark(`Device ${settings.id}, driver ${settings.driver}, ${JSON.stringify(settings.place)}.`));
  write(formatRemark(`Recorded at ${new Date(realClock.now()).toISOString()}. ${PERSONAL_DATA}`));
  const recorder = new TranscriptRecorder(realClock, write);
  const lines = realLines(realClock, ({ code, detail }) => say(`log ${code}: ${detail}`));
  const device = createDevice(settings, recordedLines(lines, recorder));
  follow(device);
  device.start();
  const time = Promise.withResolvers<string>();
  const timer = setTimeout(() => time.resolve(''), seconds * 1_000);
  const why = await Promise.race([time.promise, untilStopped().then(() => ''), ended]);
  clearTimeout(timer);
  await device.stop();
  recorder.flush();
  const counted = Object.entries(device.status().counters).filter(([, count]) => count > 0);
  say(counted.map(([name, count]) => `${name} ${count}`).join(', '));
  if (why !== '') process.stderr.write(`ended early: ${why}\n`);
  return why === '' ? 0 : 1;
}

const record: Command = {
  takes: 'ID --settings FILE --out FILE [--seconds N]',
  does:
    `runs one device for N seconds (${SECONDS}) and writes every byte in both directions into a new file; ` +
    'the gateway must be stopped meanwhile',
  options: { settings: text, out: text, seconds: text },
  async run(values, [id]) {
    const settings = deviceOf(values, id);
    const seconds = secondsOf(values);
    const path = need(values, 'out');
    const file = newTranscriptFile(path, TRANSCRIPT_CHARACTERS_MAX);
    try {
      say(`Recording ${settings.id} for ${seconds} s into ${path}. ${PERSONAL_DATA}`);
      return await runRecorded(settings, file, seconds);
    } finally {
      file.close();
    }
  },
};

export const commands = { 'device record': record };
