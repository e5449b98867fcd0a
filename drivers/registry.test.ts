import { describe, expect, test } from 'vitest';
import type { Transport } from './contract.ts';
import { DRIVER_ERRORS } from './errors.ts';
import type { LineFactory } from './line/open-line.ts';
import { createDevice, DRIVERS } from './registry.ts';
import type { DeviceSettings, Place, PlaceKind } from './settings.ts';
import { FakeClock } from './testing/fake-clock.ts';

function lines(asked: string[]): LineFactory {
  const absent = (name: string): Transport => {
    asked.push(name);
    return { name, open: () => Promise.reject(new Error('no')) };
  };
  return {
    clock: new FakeClock(),
    log: () => undefined,
    serial: (path, line) => absent(`${path} at ${line.baudRate}`),
    tcp: (host, port) => absent(`${host}:${port}`),
  };
}

const PLACES: Readonly<Record<PlaceKind, Place>> = {
  serial: { kind: 'serial', path: '/dev/x' },
  tcp: { kind: 'tcp', host: '10.0.0.9', port: 9100 },
  usb: { kind: 'usb', vid: '0400', pid: 'c35a' },
  listen: { kind: 'listen', port: 8138 },
  http: { kind: 'http', url: 'http://10.0.0.9/' },
};
const settings = (driver: string, place: Place): DeviceSettings => ({ id: 'x', driver, place });

test('an entry of the settings becomes a device, which does nothing before it is started', () => {
  const asked: string[] = [];
  const reader = createDevice(settings('sdt', PLACES.serial), lines(asked));
  const printer = createDevice({ ...settings('escpos', PLACES.tcp), title: '里屋打印机' }, lines(asked));
  const serial = createDevice(settings('escpos', PLACES.serial), lines(asked));
  expect([reader.role, printer.role, serial.role]).toEqual(['identify', 'print', 'print']);
  expect([reader.title, printer.title, serial.title]).toEqual(['读卡器', '里屋打印机', '打印机']);
  expect(asked).toEqual(['/dev/x at 115200', '10.0.0.9:9100', '/dev/x at 115200']);
  const counters = { opens: 0, lost: 0, faults: 0, credentials: 0, silent: 0 };
  expect(reader.status()).toMatchObject({ state: 'absent', code: null, counters });
});

describe.each(DRIVERS.map((driver) => [driver.name, driver] as const))('driver %s', (name, driver) => {
  test('is found by its name, and its devices have its name, role and counters', () => {
    expect(DRIVERS.filter((one) => one.name === name)).toHaveLength(1);
    const [kind = 'serial'] = driver.places;
    const device = createDevice(settings(name, PLACES[kind]), lines([]));
    expect(device).toMatchObject({ id: 'x', driver: name, role: driver.role, title: driver.title });
    const counted = Object.keys(device.status().counters);
    expect(counted).toEqual([...Object.keys(driver.counters), 'opens', 'lost', 'faults']);
    for (const line of Object.values(driver.counters)) expect(line).toMatch(/^[A-Z].*\.$/);
  });

  test('takes the places it names and refuses every other by code', () => {
    for (const [kind, place] of Object.entries(PLACES)) {
      const create = () => createDevice(settings(name, place), lines([]));
      if (driver.places.some((one) => one === kind)) expect(create().driver).toBe(name);
      else expect(create).toThrow(expect.objectContaining({ code: 'DEVICE_PLACE_UNSUPPORTED' }));
    }
  });
});

test('an unknown driver is refused by code, and the names there are are listed', () => {
  for (const driver of ['sdtt', 'toString', ''])
    expect(() => createDevice(settings(driver, PLACES.serial), lines([]))).toThrow(
      expect.objectContaining({
        code: 'DEVICE_DRIVER_UNKNOWN',
        message: expect.stringContaining(`there are ${DRIVERS.map(({ name }) => name).join(', ')}`),
      }),
    );
});

test('every code has its four sentences, and the doctor is told what to do in Chinese', () => {
  for (const [code, error] of Object.entries(DRIVER_ERRORS)) {
    expect(code).toMatch(/^[A-Z][A-Z_]+$/);
    for (const text of [error.cause, error.money, error.engineer]) expect(text.length).toBeGreaterThan(4);
    expect(error.doctor).toMatch(/[请会正].*。$/);
    expect(error.doctor).not.toMatch(/[A-Za-z]/);
  }
});
