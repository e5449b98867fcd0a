import { Ajv, type ErrorObject } from 'ajv';
import { DriverProblem } from '../../drivers/errors.ts';
import { checkDevice } from '../../drivers/registry.ts';
import { type DeviceSettings, readDevices } from '../../drivers/settings.ts';
import { eachText } from '../../sync/contract/json-texts.ts';
import { Settings } from '../../sync/contract/settings.ts';
import { unseenAt } from '../../sync/contract/text-form.ts';
import { type ErrorCode, Refusal } from '../errors.ts';
import { readJson } from '../json-source.ts';
import { outsideText } from '../outside-text.ts';

/** One thing that is wrong in a settings file. */
export interface SettingsFault {
  code: ErrorCode;
  /** JSON pointer (RFC 6901) to the member; '' for the whole file. */
  path: string;
  /** What is wrong, and what to write instead; English, for the vendor. */
  fault: string;
  cure: string;
}

interface SettingsRead {
  /** Null when a fault but an unknown member stands in the way. */
  settings: Settings | null;
  /** Of the page, when the file names one, whatever else is wrong with it. */
  port: number | null;
  faults: SettingsFault[];
  /** The file names `reader` and `printer`, as before the list of devices. */
  oldForm: boolean;
  /** The file was GB18030, which is read; UTF-8 is better. */
  converted: boolean;
}

const ajv = new Ajv({ strict: true, unicodeRegExp: true, allErrors: true });
const validate = ajv.compile<Settings>(Settings);
const isPort = ajv.compile<number>(Settings.properties.port);

/**
 * Reads a settings file, old form or new, and says everything that is wrong with it. Opens and sends nothing.
 */
export function readSettings(bytes: Uint8Array): SettingsRead {
  const parsed = parse(bytes);
  if (!parsed.ok)
    return { settings: null, port: null, faults: [parsed.fault], oldForm: false, converted: false };
  const { reader, printer, ...rest } = parsed.value;
  const oldForm = rest.devices === undefined && (reader !== undefined || printer !== undefined);
  const kept = oldForm ? rest : parsed.value;
  const { devices, faults } = devicesOf(parsed.value);
  const candidate = { ...kept, devices };
  const others = validate(candidate) ? [] : (validate.errors ?? []).map((error) => faultOf(error));
  const all = [...parsed.faults, ...faults, ...others];
  const known = all.every(({ code }) => code === 'SETTINGS_UNKNOWN_MEMBER');
  const port = isPort(kept.port) ? kept.port : null;
  const settings = known ? onlyKnown(candidate) : null;
  return { settings, port, faults: all, oldForm, converted: parsed.converted };
}

type Parsed =
  | { ok: true; value: Record<string, unknown>; faults: SettingsFault[]; converted: boolean }
  | { ok: false; fault: SettingsFault };

function parse(bytes: Uint8Array): Parsed {
  const unreadable = (fault: string): Parsed => ({
    ok: false,
    fault: {
      code: 'SETTINGS_UNREADABLE',
      path: '',
      fault,
      cure: 'Write one JSON object in UTF-8: docs/settings.md has an example.',
    },
  });
  try {
    const { text, converted } = outsideText('the file', bytes);
    const source = readJson(text);
    if (!source.ok)
      return unreadable(`is no JSON at line ${source.position.line}, column ${source.position.column}`);
    const { value, doubled } = source;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return unreadable('is no JSON object');
    const twice = doubled.map((path) => invalidText(path, 'stands twice'));
    return { ok: true, value: { ...value }, faults: [...twice, ...unseenIn(value)], converted };
  } catch (error) {
    if (error instanceof Refusal) return unreadable(error.message);
    throw error;
  }
}

const invalidText = (path: string, fault: string): SettingsFault => ({
  code: 'SETTINGS_INVALID',
  path,
  fault,
  cure: 'Write the member anew, once, without blanks at its ends.',
});

/** An address with a zero-width blank in it leads nowhere, and nobody sees why. */
function unseenIn(value: object): SettingsFault[] {
  const faults: SettingsFault[] = [];
  const look = (path: string, text: string) => {
    if (unseenAt(text) !== -1 || text !== text.trim())
      faults.push(invalidText(path, 'has unseen characters'));
  };
  eachText(value, look, look);
  return faults;
}

function devicesOf(file: Record<string, unknown>): { devices: DeviceSettings[]; faults: SettingsFault[] } {
  try {
    const devices = readDevices(file);
    const faults = devices.flatMap((device, index) => deviceFault(device, devices.slice(0, index)));
    return { devices, faults };
  } catch (error) {
    return { devices: [], faults: [ofDriver(error, '/devices')] };
  }
}

function deviceFault(device: DeviceSettings, before: DeviceSettings[]): SettingsFault[] {
  try {
    checkDevice(device, before);
    return [];
  } catch (error) {
    return [ofDriver(error, `/devices/${before.length}`)];
  }
}

/** A driver's refusal begins with where it is: `devices/0/place: …`. */
function ofDriver(error: unknown, otherwise: string): SettingsFault {
  if (!(error instanceof DriverProblem)) throw error;
  const detail = error.message.slice(`${error.code}: `.length);
  const [, where, fault] = /^((?:devices|reader|printer)\S*): (.*)$/s.exec(detail) ?? [];
  return {
    code: error.code,
    path: where === undefined ? otherwise : `/${where}`,
    fault: fault ?? detail,
    cure: 'docs/drivers.md, "The settings entry", has the form; a driver says which places it takes.',
  };
}

function faultOf({ instancePath, keyword, params, message = 'is wrong' }: ErrorObject): SettingsFault {
  if (keyword === 'additionalProperties') {
    const member = String(params.additionalProperty);
    return {
      code: 'SETTINGS_UNKNOWN_MEMBER',
      path: `${instancePath}/${member}`,
      fault: 'is no member of the settings',
      cure: `Take it out, or write it as one of: ${Object.keys(Settings.properties).join(', ')}.`,
    };
  }
  const path = keyword === 'required' ? `${instancePath}/${params.missingProperty}` : instancePath;
  return {
    code: 'SETTINGS_INVALID',
    path,
    fault: keyword === 'required' ? 'is missing' : message,
    cure: cureOf(path),
  };
}

function cureOf(path: string): string {
  const [, name = ''] = path.split('/');
  const member = Object.entries(Settings.properties).find(([key]) => key === name)?.[1];
  const { description, examples = [] } = (member ?? {}) as { description?: string; examples?: unknown[] };
  return `${description ?? ''} Example: ${JSON.stringify(examples[0])}`.trim();
}

function onlyKnown(candidate: Record<string, unknown>): Settings | null {
  const known = Object.fromEntries(
    Object.entries(candidate).filter(([name]) => Object.hasOwn(Settings.properties, name)),
  );
  return validate(known) ? known : null;
}
