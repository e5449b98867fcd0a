import { readFileSync } from 'node:fs';
import type { Settings } from '../../sync/contract/settings.ts';
import { Refusal } from '../errors.ts';
import { settingsMarkdown } from '../settings/markdown.ts';
import { readSettings, type SettingsFault } from '../settings/read.ts';
import { type Command, flag, UsageError } from './command.ts';

/** `FILE /devices/0/place: CODE what is wrong` and, below it, the cure. */
const lineOf = (file: string, { code, path, fault, cure }: SettingsFault): string =>
  `${file} ${path || '/'}: ${code} ${fault}\n    ${cure}\n`;

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    throw new Refusal('SETTINGS_UNREADABLE', `${file}: ${why}`, { cause: error });
  }
}

/**
 * The settings that a process starts with; each fault goes to standard error. `strict`: an unknown member is
 * a refusal too, as at the first start, before an enrolment code is used up. Refusal SETTINGS_UNREADABLE,
 * SETTINGS_INVALID, SETTINGS_UNKNOWN_MEMBER, or a driver's own.
 */
export const loadSettings = (file: string, strict: boolean): Settings => settingsIn(file, strict).read();

interface SettingsFile {
  /** As `loadSettings`, each time from the file; the same faults are told once. */
  read(): Settings;
  /** Of the page, when the file can be read that far. */
  port(): number | null;
}

export function settingsIn(file: string, strict: boolean): SettingsFile {
  let told = '';
  return {
    read() {
      const { settings, faults, converted } = readSettings(bytesOf(file));
      const said = converted ? [`${file}: is GB18030, better UTF-8\n`] : [];
      const lines = [...said, ...faults.map((fault) => lineOf(file, fault))].join('');
      if (lines !== told) process.stderr.write(lines);
      told = lines;
      const [first] = faults;
      if (settings && (!strict || !first)) return settings;
      throw new Refusal(first?.code ?? 'SETTINGS_INVALID', `${file} ${first?.path ?? ''}`);
    },
    port() {
      try {
        return readSettings(bytesOf(file)).port;
      } catch {
        return null;
      }
    },
  };
}

const check: Command = {
  takes: 'FILE [--print]',
  does: 'says everything that is wrong with a settings file; --print writes it in today’s form. Starts nothing',
  options: { print: flag },
  run(values, [file]) {
    if (file === undefined) throw new UsageError('a FILE is missing');
    const { settings, faults, oldForm, converted } = readSettings(bytesOf(file));
    if (converted) process.stderr.write(`${file}: is GB18030, better UTF-8\n`);
    for (const fault of faults) process.stderr.write(lineOf(file, fault));
    if (oldForm && !values.print)
      process.stderr.write(
        `${file}: names reader and printer, the older form; it is read as a list of devices\n`,
      );
    if (settings && values.print) process.stdout.write(`${JSON.stringify(settings, null, 2)}\n`);
    return Promise.resolve(faults.length === 0 ? 0 : 1);
  },
};

const docs: Command = {
  takes: '',
  does: 'writes docs/settings.md, made from the schema',
  options: {},
  run() {
    process.stdout.write(settingsMarkdown());
    return Promise.resolve(0);
  },
};

export const commands = { 'settings check': check, 'settings docs': docs };
