import { expect, test } from 'vitest';
import { Listeners } from '../../drivers/base/listeners.ts';
import type {
  Credential,
  DeviceStatus,
  IdentifyDevice,
  PrintDevice,
  Scan,
  ScanDevice,
} from '../../drivers/contract.ts';
import type { DriverErrorCode } from '../../drivers/errors.ts';
import { realLines } from '../../drivers/line/real.ts';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { createDeviceSet, deviceSet } from './devices.ts';

const READY: DeviceStatus = {
  state: 'ready',
  code: null,
  since: 0,
  counters: { opens: 1, lost: 0, faults: 0 },
  identity: {},
};
const CREDENTIAL: Credential = {
  kind: 'id-card',
  mdtrt_cert_type: '02',
  psn_cert_type: '01',
  certno: '110101196001010011',
  psn_name: '钱过路',
  gend: '1',
  brdy: '1960-01-01',
  expiry: null,
  device: { driver: 'fake' },
};

/** A device of each role whose events the test makes; `running` has the ids of those that are started. */
function fakes() {
  const running = new Set<string>();
  const common = (id: string) => {
    const status = new Listeners<DeviceStatus>();
    const device = {
      id,
      driver: 'fake',
      title: id,
      start: () => void running.add(id),
      stop: async () => void running.delete(id),
      status: () => READY,
      onStatus: (listener: (status: DeviceStatus) => void) => status.add(listener),
    };
    return { status, device };
  };
  const identify = (id: string) => {
    const { status, device } = common(id);
    const credentials = new Listeners<Credential>();
    const problems = new Listeners<DriverErrorCode>();
    const identifier: IdentifyDevice = {
      ...device,
      role: 'identify',
      onCredential: (listener) => credentials.add(listener),
      onProblem: (listener) => problems.add(listener),
    };
    return { device: identifier, status, credentials, problems };
  };
  const scan = (id: string) => {
    const { status, device } = common(id);
    const scans = new Listeners<Scan>();
    const problems = new Listeners<DriverErrorCode>();
    const scanner: ScanDevice = {
      ...device,
      role: 'scan',
      onScan: (listener) => scans.add(listener),
      onProblem: (listener) => problems.add(listener),
    };
    return { device: scanner, status, scans, problems };
  };
  const print = (id: string): PrintDevice => ({
    ...common(id).device,
    role: 'print',
    print: async () => ({ result: 'printed' }),
  });
  return { running, identify, scan, print };
}

test('events of all devices arrive by role, from whichever device, until they are unsubscribed', () => {
  const { identify, scan, print } = fakes();
  const [front, back, codes] = [identify('front'), identify('back'), scan('codes')];
  const set = deviceSet([front.device, codes.device, print('slip'), back.device]);
  const came: unknown[] = [];
  const all = [
    set.onCredential(({ psn_name }) => came.push(psn_name)),
    set.onProblem((code) => came.push(code)),
    set.onScan(({ text }, { id }) => came.push(`${text} from ${id}`)),
    set.onStatus(({ id }) => came.push(`${id} ready`)),
  ];
  const everything = () => {
    front.credentials.emit(CREDENTIAL);
    back.credentials.emit(CREDENTIAL);
    back.problems.emit('IDCARD_NUMBER_INVALID');
    codes.problems.emit('DEVICE_LOST');
    codes.scans.emit({ text: '6901234567892' });
    back.status.emit(READY);
    codes.status.emit(READY);
  };
  everything();
  const scanned = '6901234567892 from codes';
  const expected = ['钱过路', '钱过路', 'IDCARD_NUMBER_INVALID', 'DEVICE_LOST', scanned];
  expect(came).toEqual([...expected, 'back ready', 'codes ready']);
  for (const unsubscribe of all) unsubscribe();
  everything();
  expect(came).toHaveLength(7);
});

test('all are started and stopped together', async () => {
  const { identify, scan, print, running } = fakes();
  const set = deviceSet([identify('front').device, scan('codes').device, print('slip')]);
  set.start();
  expect([...running]).toEqual(['front', 'codes', 'slip']);
  await set.stop();
  expect([...running]).toEqual([]);
});

test('slips go to the device of role print; without one they wait as for an absent printer', async () => {
  const { identify, print } = fakes();
  expect(await deviceSet([identify('front').device, print('slip')]).printer.print(new Uint8Array())).toEqual({
    result: 'printed',
  });
  const { printer } = deviceSet([identify('front').device]);
  expect(printer.status().state).toBe('absent');
  expect(await printer.print(new Uint8Array())).toEqual({ result: 'not-printed', code: 'DEVICE_ABSENT' });
});

test('a second printer, an unknown driver and a place no driver has are refused by code', () => {
  const lines = realLines(new FakeClock(), () => undefined);
  const tcp = { kind: 'tcp', host: '10.0.0.9', port: 9100 } as const;
  const printers = ['slip', 'other'].map((id) => ({ id, driver: 'escpos', place: tcp }));
  expect(() => createDeviceSet(printers, lines)).toThrow(
    expect.objectContaining({ code: 'DEVICE_SETTINGS_INVALID', message: expect.stringContaining('other') }),
  );
  expect(() => createDeviceSet([{ id: 'x', driver: 'none', place: tcp }], lines)).toThrow(
    expect.objectContaining({ code: 'DEVICE_DRIVER_UNKNOWN' }),
  );
  const listen = { kind: 'listen', port: 8138 } as const;
  expect(() => createDeviceSet([{ id: 'x', driver: 'sdt', place: listen }], lines)).toThrow(
    expect.objectContaining({ code: 'DEVICE_PLACE_UNSUPPORTED' }),
  );
});
