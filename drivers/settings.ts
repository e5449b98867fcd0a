/**
 * The devices of a settings file: a list, each with its driver and its place. The shape is checked here,
 * what a driver can do by the registry. A refusal is a `DriverProblem` that names where the fault is.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import Type, { type Static } from 'typebox';
import { DriverProblem } from './errors.ts';

const exactly = { additionalProperties: false };
const port = Type.Integer({ minimum: 1, maximum: 65_535 });
const host = Type.String({ minLength: 1, maxLength: 253 });
/** Four hexadecimal digits, as lsusb prints them. */
const usbId = Type.String({ pattern: '^[0-9a-fA-F]{4}$' });

const PLACES = {
  serial: Type.Object(
    {
      kind: Type.Literal('serial'),
      /** Best a name that follows the device, not the port: /dev/serial/by-id/… or a udev link. */
      path: Type.String({ minLength: 1, maxLength: 4_096 }),
    },
    exactly,
  ),
  tcp: Type.Object({ kind: Type.Literal('tcp'), host, port }, exactly),
  usb: Type.Object(
    {
      kind: Type.Literal('usb'),
      vid: usbId,
      pid: usbId,
      /** Serial number in the descriptor: tells two devices of one make apart. */
      serial: Type.Optional(Type.String({ minLength: 1, maxLength: 126 })),
      /** Bus and ports as the kernel names them (1-1.4): for devices without a serial number. */
      port: Type.Optional(Type.String({ pattern: '^\\d+-\\d+(\\.\\d+)*$' })),
    },
    exactly,
  ),
  /** A port of the box itself, to which the device connects; `host` is the address to listen on. */
  listen: Type.Object({ kind: Type.Literal('listen'), host: Type.Optional(host), port }, exactly),
  http: Type.Object(
    { kind: Type.Literal('http'), url: Type.String({ pattern: '^https?://', maxLength: 2_000 }) },
    exactly,
  ),
};

/** Where a device stands. */
const Place = Type.Union([PLACES.serial, PLACES.tcp, PLACES.usb, PLACES.listen, PLACES.http]);
export type Place = Static<typeof Place>;
export type PlaceKind = Place['kind'];

export const DeviceSettings = Type.Object(
  {
    /** Unique among the devices; stands in log, inventory and presence. */
    id: Type.String({ pattern: '^\\S{1,64}$' }),
    /** A name in the registry. */
    driver: Type.String({ minLength: 1, maxLength: 64 }),
    /** What the doctor calls it, where the driver's own title (读卡器) does not say which one it is. */
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
    place: Place,
  },
  exactly,
);
export type DeviceSettings = Static<typeof DeviceSettings>;

/** The part of a settings file that is about devices: the list, or the form before it. */
export interface DevicesPart {
  devices?: unknown;
  reader?: unknown;
  printer?: unknown;
}

const ajv = new Ajv({ strict: true });
const isDevice = ajv.compile<DeviceSettings>(DeviceSettings);
/** One check per kind: of a union ajv can only say that nothing in it fits. */
const isPlace: Readonly<Record<PlaceKind, ValidateFunction>> = {
  serial: ajv.compile(PLACES.serial),
  tcp: ajv.compile(PLACES.tcp),
  usb: ajv.compile(PLACES.usb),
  listen: ajv.compile(PLACES.listen),
  http: ajv.compile(PLACES.http),
};

/**
 * The devices that a settings file names. A file from before the list (`reader`, `printer`, each with
 * `path` or `host` and `port`) is converted. Throws DEVICE_SETTINGS_INVALID.
 */
export function readDevices(file: DevicesPart): DeviceSettings[] {
  const { devices } = file;
  if (devices === undefined) return readOldForm(file);
  if (!Array.isArray(devices)) throw invalid('devices', 'must be array');
  const read = devices.map((device: unknown, index) => readDevice(device, `devices/${index}`));
  read.forEach(({ id }, index) => {
    if (read.findIndex((one) => one.id === id) !== index)
      throw invalid(`devices/${index}/id`, `${id} stands twice`);
  });
  return read;
}

function readOldForm({ reader, printer }: DevicesPart): DeviceSettings[] {
  const named = Object.entries({ reader, printer }).filter(([, device]) => device !== undefined);
  if (named.length === 0) throw invalid('devices', 'is missing');
  return named.map(([name, device]) => readDevice(inNewForm(device), name));
}

function inNewForm(device: unknown): unknown {
  if (!isObject(device)) return device;
  const { path, host, port, ...rest } = device;
  return { ...rest, place: path === undefined ? { kind: 'tcp', host, port } : { kind: 'serial', path } };
}

function readDevice(device: unknown, where: string): DeviceSettings {
  const place = isObject(device) && isObject(device.place) ? device.place : null;
  if (place) {
    const fits = Object.entries(isPlace).find(([kind]) => kind === place.kind)?.[1];
    if (!fits) throw invalid(`${where}/place/kind`, `must be one of ${Object.keys(isPlace).join(', ')}`);
    if (!fits(place)) throw invalid(`${where}/place`, faultOf(fits));
  }
  if (isDevice(device)) return device;
  throw invalid(where, faultOf(isDevice));
}

/** Names the member and what it must be, never what stands there. */
function faultOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  const member = first?.params.additionalProperty ?? '';
  return `${first?.instancePath ?? ''} ${first?.message ?? 'has a wrong shape'} ${member}`.trim();
}

function invalid(where: string, fault: string): DriverProblem {
  return new DriverProblem('DEVICE_SETTINGS_INVALID', `${where}: ${fault}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
