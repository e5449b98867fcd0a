import { expect, test } from 'vitest';
import type { Transport } from './contract.ts';
import { DRIVER_ERRORS } from './errors.ts';
import { createDevice, DRIVERS, type Surroundings } from './registry.ts';
import { FakeClock } from './testing/fake-clock.ts';

function around(asked: string[]): Surroundings {
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

test('a line of settings becomes a device, which does nothing before it is started', () => {
  const asked: string[] = [];
  const reader = createDevice({ id: 'idcard', driver: 'sdt', path: '/dev/idcard' }, around(asked));
  const printer = createDevice(
    { id: 'printer', driver: 'escpos', host: '10.0.0.9', port: 9100 },
    around(asked),
  );
  const serial = createDevice({ id: 'printer', driver: 'escpos', path: '/dev/printer' }, around(asked));
  expect([reader.role, printer.role, serial.role]).toEqual(['identify', 'print', 'print']);
  expect(asked).toEqual(['/dev/idcard at 115200', '10.0.0.9:9100', '/dev/printer at 115200']);
  expect(reader.status()).toMatchObject({ state: 'absent', code: null, counters: {} });
});

test('every driver of the list knows its own name', () => {
  for (const driver of Object.keys(DRIVERS) as (keyof typeof DRIVERS)[]) {
    expect(createDevice({ id: 'x', driver, path: '/dev/x' }, around([])).driver).toBe(driver);
  }
});

test('every code has its four sentences, and the doctor is told what to do in Chinese', () => {
  for (const [code, error] of Object.entries(DRIVER_ERRORS)) {
    expect(code).toMatch(/^[A-Z][A-Z_]+$/);
    for (const text of [error.cause, error.money, error.engineer]) expect(text.length).toBeGreaterThan(4);
    expect(error.doctor).toMatch(/[请会正].*。$/);
    expect(error.doctor).not.toMatch(/[A-Za-z]/);
  }
});
