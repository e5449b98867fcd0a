import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { settingsMarkdown } from './markdown.ts';
import { readSettings } from './read.ts';

const reader = { id: 'idcard', driver: 'sdt', place: { kind: 'serial', path: '/dev/ttyUSB0' } };
const printer = { id: 'slip', driver: 'escpos', place: { kind: 'tcp', host: '192.0.2.7', port: 9100 } };
const good = { broker: 'mqtts://mqtt.example.cn:8883', devices: [reader, printer] };

const read = (value: unknown) => readSettings(Buffer.from(JSON.stringify(value)));
/** `CODE path` of each fault. */
const faults = (value: unknown) => read(value).faults.map(({ code, path }) => `${code} ${path}`);

describe('a settings file', () => {
  test('that is right is read as it stands', () => {
    expect(read(good)).toEqual({
      settings: good,
      faults: [],
      port: null,
      oldForm: false,
      converted: false,
    });
    const whole = { ...good, enrol: 'mqtts://[2001:db8::7]:8884', port: 0, panel: 'http://127.0.0.1:8138/' };
    expect(read(whole).settings).toEqual(whole);
  });

  test('of the form before the list of devices is converted', () => {
    const old = {
      broker: 'mqtt://127.0.0.1:1883',
      reader: { driver: 'sdt', id: 'idcard', path: '/dev/ttyUSB0' },
      printer: { driver: 'escpos', id: 'slip', host: '192.0.2.7', port: 9100 },
    };
    const { settings, faults: none, oldForm } = read(old);
    expect([settings, none, oldForm]).toEqual([
      { broker: 'mqtt://127.0.0.1:1883', devices: [reader, printer] },
      [],
      true,
    ]);
  });

  test('may begin with a byte order mark', () => {
    const bytes = Buffer.from(`\ufeff${JSON.stringify(good)}`);
    expect(readSettings(bytes).faults).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['half of it', '{"broker": "mqtts://'],
    ['a list', '[]'],
    ['null', 'null'],
    ['text in GB18030', Buffer.from([0x7b, 0xb4, 0xe5, 0x7d])],
  ])('of %s is unreadable', (_what, bytes) => {
    const { settings, faults: found } = readSettings(Buffer.from(bytes));
    expect(settings).toBeNull();
    expect(found.map(({ code }) => code)).toEqual(['SETTINGS_UNREADABLE']);
  });

  test.each([
    ['no broker', { devices: [reader] }, 'SETTINGS_INVALID /broker'],
    ['a broker of another scheme', { ...good, broker: 'http://x:1' }, 'SETTINGS_INVALID /broker'],
    ['a broker with a password in it', { ...good, broker: 'mqtts://a:b@x:1' }, 'SETTINGS_INVALID /broker'],
    ['a broker with a blank', { ...good, broker: 'mqtts://x :1' }, 'SETTINGS_INVALID /broker'],
    ['a port as text', { ...good, port: '8137' }, 'SETTINGS_INVALID /port'],
    ['a port too large', { ...good, port: 70_000 }, 'SETTINGS_INVALID /port'],
    ['a panel elsewhere', { ...good, panel: 'http://example.cn/' }, 'SETTINGS_INVALID /panel'],
    ['no devices', { broker: good.broker }, 'DEVICE_SETTINGS_INVALID /devices'],
    [
      'a device without a place',
      { ...good, devices: [{ id: 'a', driver: 'sdt' }] },
      /^DEVICE_SETTINGS_INVALID \/devices\/0/,
    ],
    ['one id twice', { ...good, devices: [reader, reader] }, 'DEVICE_SETTINGS_INVALID /devices/1/id'],
    [
      'a second printer',
      { ...good, devices: ['slip', 'other'].map((id) => ({ ...printer, id })) },
      'DEVICE_SETTINGS_INVALID /devices/1',
    ],
    [
      'a driver that is none',
      { ...good, devices: [{ ...reader, driver: 'std' }] },
      'DEVICE_DRIVER_UNKNOWN /devices/0',
    ],
    [
      'a reader where none can stand',
      { ...good, devices: [{ ...reader, place: { kind: 'http', url: 'http://192.0.2.1/' } }] },
      'DEVICE_PLACE_UNSUPPORTED /devices/0',
    ],
  ])('with %s is refused by path and code, with a cure', (_what, value, wanted) => {
    expect(read(value).settings).toBeNull();
    const [first] = faults(value);
    if (typeof wanted === 'string') expect(first).toBe(wanted);
    else expect(first).toMatch(wanted);
    for (const { fault, cure } of read(value).faults)
      expect(Math.min(fault.length, cure.length)).toBeGreaterThan(8);
  });

  test('in GB18030 is read, and that is said', () => {
    const titled = { ...good, devices: [{ ...reader, title: '读卡器' }, printer] };
    const {
      settings,
      faults: none,
      converted,
    } = readSettings(iconv.encode(JSON.stringify(titled), 'gb18030'));
    expect([settings, none, converted]).toEqual([titled, [], true]);
  });

  test.each([
    [
      'a zero-width blank in an address',
      { ...good, broker: 'mqtts://mqtt.example.cn\u200b:8883' },
      '/broker',
    ],
    [
      'a mark before a path',
      { ...good, devices: [{ ...reader, place: { kind: 'serial', path: '\ufeff/dev/ttyUSB0' } }] },
      '/devices/0/place/path',
    ],
    [
      'a direction mark in a host',
      { ...good, devices: [{ ...printer, place: { ...printer.place, host: '\u202a192.0.2.7' } }] },
      '/devices/0/place/host',
    ],
  ])('with %s is refused by its place', (_what, value, path) => {
    expect(read(value).settings).toBeNull();
    expect(faults(value)).toContain(`SETTINGS_INVALID ${path}`);
  });

  test('with a member that stands twice is refused', () => {
    const { settings, faults: found } = readSettings(
      Buffer.from('{"broker":"mqtt://a:1","broker":"mqtt://b:1","devices":[]}'),
    );
    expect([settings, found.map(({ code, path }) => `${code} ${path}`)]).toEqual([
      null,
      ['SETTINGS_INVALID /broker'],
    ]);
  });

  test('says all that is wrong at once', () => {
    expect(
      faults({ broker: 7, port: -1, brocker: 'x', devices: [{ ...reader, driver: 'std' }] }).sort(),
    ).toEqual([
      'DEVICE_DRIVER_UNKNOWN /devices/0',
      'SETTINGS_INVALID /broker',
      'SETTINGS_INVALID /port',
      'SETTINGS_UNKNOWN_MEMBER /brocker',
    ]);
  });

  test('with a member that nobody knows is read without it, and says so', () => {
    const { settings, faults: found } = read({ ...good, enroll: 'mqtts://x:1' });
    expect(settings).toEqual(good);
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual(['SETTINGS_UNKNOWN_MEMBER /enroll']);
  });
});

test('docs/settings.md is made from the schema', () => {
  const file = new URL('../../docs/settings.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(settingsMarkdown());
});
