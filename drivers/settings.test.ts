import { describe, expect, test } from 'vitest';
import { DriverProblem } from './errors.ts';
import { type DevicesPart, readDevices } from './settings.ts';

const READER = { id: 'idcard', driver: 'sdt', place: { kind: 'serial', path: '/dev/idcard' } };
const PRINTER = { id: 'slip', driver: 'escpos', place: { kind: 'tcp', host: '10.0.0.9', port: 9100 } };

function refusal(file: DevicesPart): string {
  try {
    readDevices(file);
  } catch (error) {
    if (error instanceof DriverProblem && error.code === 'DEVICE_SETTINGS_INVALID') return error.message;
    throw error;
  }
  throw new Error('was not refused');
}
const refusalOf = (device: unknown): string => refusal({ devices: [READER, device] });

test('the list is read as it stands, with every kind of place', () => {
  const places = [
    { kind: 'usb', vid: '0400', pid: 'C35A' },
    { kind: 'usb', vid: '0400', pid: 'c35a', serial: 'A1', port: '1-1.4' },
    { kind: 'listen', port: 8138 },
    { kind: 'listen', host: '127.0.0.1', port: 8138 },
    { kind: 'http', url: 'http://10.0.0.9:8080/api' },
  ];
  const others = places.map((place, i) => ({ id: `d${i}`, driver: 'x', title: '里屋', place }));
  const devices = [READER, PRINTER, ...others];
  expect(readDevices({ devices })).toEqual(devices);
  expect(readDevices({ devices: [] })).toEqual([]);
});

test('a file from before the list is converted', () => {
  const reader = { id: 'idcard', driver: 'sdt', path: '/dev/idcard' };
  const printer = { driver: 'escpos', id: 'slip', host: '10.0.0.9', port: 9100 };
  expect(readDevices({ reader, printer })).toEqual([READER, PRINTER]);
  expect(readDevices({ printer })).toEqual([PRINTER]);
  const wrong = { ...printer, port: 0 };
  expect(refusal({ reader, printer: wrong })).toBe(
    'DEVICE_SETTINGS_INVALID: printer/place: /port must be >= 1',
  );
  expect(refusal({ reader: { id: 'idcard', driver: 'sdt' } })).toContain('reader/place: must have');
  expect(refusal({})).toBe('DEVICE_SETTINGS_INVALID: devices: is missing');
});

describe('a refusal names the entry and the member', () => {
  test.each([
    [null, 'devices/1: must be object'],
    [{ ...PRINTER, id: '' }, 'devices/1: /id must match pattern'],
    [{ ...PRINTER, id: 'a b' }, 'devices/1: /id must match pattern'],
    [{ ...PRINTER, id: 'idcard' }, 'devices/1/id: idcard stands twice'],
    [{ ...PRINTER, titel: '里屋' }, 'devices/1: must NOT have additional properties titel'],
    [{ ...PRINTER, driver: undefined }, "devices/1: must have required property 'driver'"],
    [{ ...PRINTER, place: undefined }, 'devices/1: '],
    [{ ...PRINTER, place: {} }, 'devices/1/place/kind: must be one of serial, tcp, usb, listen, http'],
    [{ ...PRINTER, place: { kind: 'bluetooth' } }, 'devices/1/place/kind: must be one of'],
    [{ ...PRINTER, place: { kind: 'constructor' } }, 'devices/1/place/kind: must be one of'],
    [{ ...PRINTER, place: { kind: 'serial' } }, "devices/1/place: must have required property 'path'"],
    [{ ...PRINTER, place: { ...PRINTER.place, port: '9100' } }, 'devices/1/place: /port must be integer'],
    [{ ...PRINTER, place: { kind: 'usb', vid: 1024, pid: '1' } }, 'devices/1/place: /vid must be string'],
    [{ ...PRINTER, place: { kind: 'http', url: 'ftp://x' } }, 'devices/1/place: /url must match pattern'],
  ])('%j', (device, message) => {
    expect(refusalOf(device)).toContain(message);
  });

  test('devices that are no list', () => {
    expect(refusal({ devices: {} })).toBe('DEVICE_SETTINGS_INVALID: devices: must be array');
  });
});
