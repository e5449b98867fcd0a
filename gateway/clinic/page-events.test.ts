import { expect, test } from 'vitest';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { memoryLog } from '../../sync/testing/world.ts';
import { createAnnouncer } from '../web/sse.ts';
import type { ApiParts } from './api/parts.ts';
import { TestApi } from './api/testing/api.ts';
import { createChanges } from './changes.ts';
import { sendPageEvents } from './page-events.ts';
import { DOCTOR } from './visit/testing/desk.ts';

const never = () => () => {};
const silent = { onCredential: never, onProblem: never, onScan: never };

test('every record is told to the page at once: the question of the date goes with its answer', async () => {
  const api = new TestApi();
  const { ledger, clock } = api.here;
  const sent: unknown[] = [];
  const announcer: ApiParts['events'] = createAnnouncer(new FakeClock());
  const events = { ...announcer, send: (name: string, data: object) => void sent.push({ name, data }) };
  const changes = createChanges((run) => run());
  const readiness = { promise: Promise.resolve(), check: () => true };
  const parts = api.parts(events);
  sendPageEvents({ parts, ledger, changes, devices: silent, readiness, log: memoryLog() });
  const { day } = ledger.time();
  clock.now = 0;
  expect(ledger.time().code).toBe('CLOCK_BACKWARD');
  ledger.confirmDay(day, DOCTOR);
  await Promise.resolve();
  const waiting = ledger.head().seq - ledger.deliveredThrough();
  expect(sent.at(-1)).toMatchObject({ name: 'desk', data: { clock: { asks: false }, waiting } });
});
