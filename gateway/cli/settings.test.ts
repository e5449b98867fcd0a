import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../../test/clinic.ts';

const folder = mkdtempSync(join(tmpdir(), 'cunyitong-settings-'));
const file = join(folder, 'settings.json');
const devices = [
  { id: 'idcard', driver: 'sdt', place: { kind: 'serial', path: join(folder, 'no-reader') } },
  { id: 'slip', driver: 'escpos', place: { kind: 'tcp', host: '127.0.0.1', port: 9 } },
];
const write = (settings: object) => writeFileSync(file, JSON.stringify(settings));

afterAll(() => rmSync(folder, { recursive: true }));

test('a first start with wrong settings writes nothing and uses up no code', async () => {
  write({ broker: 'mqtt://127.0.0.1:9', brocker: 'mqtts://x:1', devices });
  const state = join(folder, 'state');
  writeFileSync(join(folder, 'code'), 'AAAA-BBBB-CCCC-DDDD');
  const words = ['gateway', '--state', state, '--settings', file, '--code-file', join(folder, 'code')];
  const { code, err } = await runCommand(words);
  expect(code).toBe(2);
  expect(err).toContain(`${file} /brocker: SETTINGS_UNKNOWN_MEMBER`);
  expect(err).not.toMatch(/\.ts:\d/);
  expect(existsSync(state)).toBe(false);
});

test('settings check says what is wrong and how to mend it, and starts nothing', async () => {
  write({ broker: 'mqtt://127.0.0.1:9', devices });
  expect(await runCommand(['settings', 'check', file])).toEqual({ code: 0, out: '', err: '' });
  write({ broker: 'http://x', devices });
  const { code, err } = await runCommand(['settings', 'check', file]);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/\/broker: SETTINGS_INVALID .*\n {4}.*mqtts:\/\/host:port/),
  ]);
  expect((await runCommand(['settings', 'check', join(folder, 'none.json')])).err).toContain(
    'SETTINGS_UNREADABLE',
  );
});

test('settings check --print writes an older file in today’s form', async () => {
  const [reader, printer] = [
    { driver: 'sdt', id: 'idcard', path: join(folder, 'no-reader') },
    { driver: 'escpos', id: 'slip', host: '127.0.0.1', port: 9 },
  ];
  write({ broker: 'mqtt://127.0.0.1:9', reader, printer });
  const { code, out } = await runCommand(['settings', 'check', file, '--print']);
  expect([code, JSON.parse(out)]).toEqual([0, { broker: 'mqtt://127.0.0.1:9', devices }]);
});
