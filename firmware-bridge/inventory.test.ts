import { expect, test } from 'vitest';
import type { DeviceIdentity, DeviceStatus } from '../drivers/contract.ts';
import { type Inventoried, inventoryOf } from './inventory.ts';

const ROLES: Record<string, Inventoried['role']> = { printer: 'print', scanner: 'scan' };

function device(id: string, identity: DeviceIdentity, change: Partial<DeviceStatus> = {}): Inventoried {
  const counters = { opens: 0, lost: 0, faults: 0 };
  const status: DeviceStatus = { state: 'ready', code: null, since: 0, counters, identity, ...change };
  return { id, role: ROLES[id] ?? 'identify', driver: 'sim', status: () => status };
}

test('has of each device what it reported, and null for what it did not', () => {
  const sam = '05.03-20150401-0000123456-0123456789';
  const entries = inventoryOf([
    device('printer', { model: 'SIM-80', firmware: '1.00' }, { state: 'fault', code: 'PRINTER_PAPER_END' }),
    device('idcard', { model: 'SDT', serial: sam, sam }),
    device('scanner', {}),
  ]);
  const reader = { model: 'SDT', serial: sam, firmware: null, sam, state: 'ready', code: null };
  const printer = { model: 'SIM-80', serial: null, firmware: '1.00', sam: null, state: 'fault' };
  const unknown = { model: null, serial: null, firmware: null, sam: null };
  const scanner = { ...unknown, state: 'ready', code: null };
  expect(entries).toEqual([
    { id: 'idcard', role: 'identify', driver: 'sim', ...reader },
    { id: 'printer', role: 'print', driver: 'sim', ...printer, code: 'PRINTER_PAPER_END' },
    { id: 'scanner', role: 'scan', driver: 'sim', ...scanner },
  ]);
});

test('a device that talks nonsense of itself cannot fill the page or hide characters in it', () => {
  const [entry] = inventoryOf([
    device('x', { model: 'M'.repeat(1_000), serial: ' A\u0000B\u202e1 ', firmware: '\n' }),
  ]);
  expect(entry).toMatchObject({ model: 'M'.repeat(64), serial: 'AB1', firmware: null });
});

test('the order does not depend on who was plugged in first', () => {
  const ids = (list: Inventoried[]) => inventoryOf(list).map((entry) => entry.id);
  expect(ids([device('b', {}), device('a', {})])).toEqual(ids([device('a', {}), device('b', {})]));
});
