import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { startCommand, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('a demo that is killed takes its gateway and township along, and the next start goes on where it was', async () => {
  const state = mkdtempSync(join(tmpdir(), 'cunyitong-demo-'));
  const words = ['demo', '--state', state, '--port', '0'];
  try {
    const first = await startCommand(words);
    const doctor = new Doctor(first.address);
    await doctor.login();
    const { id } = await doctor.open('14022500000000000001');
    await first.stop('SIGKILL');
    await until(
      'the gateway goes on alone',
      () => answers(first.address),
      (still) => !still,
    );

    // The terminal is for a person: the log is in the file that it names.
    expect(first.log()).toBe('');
    expect(first.output()).not.toMatch(/^[{[]/m);
    expect(first.output()).toContain(`${relative(process.cwd(), join(state, 'demo.log'))} (`);
    const logged = readFileSync(join(state, 'demo.log'), 'utf8').trim().split('\n');
    expect(logged.map((line) => JSON.parse(line).msg)).toContain('gateway listens');

    const second = await startCommand([...words, '--verbose']);
    expect(second.log()).toContain('gateway listens');
    const again = new Doctor(second.address);
    await again.login();
    expect(await again.ask('GET', `/api/visits/${id}`)).toMatchObject({ person: { insured: true } });
    await second.stop();
    expect(await answers(second.address)).toBe(false);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}, 120_000);
