import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { startCommand, until } from '../clinic.ts';
import { Doctor } from './doctor.ts';
import { DRAFT } from './samples.ts';

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
    // Typed and not settled: the lines, the codes and the reasons are there after the kill.
    const { body } = await doctor.quoted(id, DRAFT, 'typed-before-the-kill');
    const { draft } = body;
    // So much is written together: what was typed in the last second may be typed again.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
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
    expect(await again.ask('GET', `/api/visits/${id}`)).toMatchObject({
      person: { insured: true },
      draft,
    });
    await second.stop();
    expect(await answers(second.address)).toBe(false);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}, 120_000);
