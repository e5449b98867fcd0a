import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../bus/port.ts';
import { enrolTopic } from '../contract/topics.ts';
import { SyncError } from '../errors.ts';
import { deriveRendezvous, makeCode, parseCode } from '../record/enrolment-code.ts';
import { makeBoxKeys, readBoxKeys } from '../record/key-file.ts';
import { openWith } from '../record/seal.ts';
import { clinicOf, clock, random, type World, world } from '../testing/world.ts';
import { makeTlsKey, publicTlsKey } from './certificate.ts';
import { enrolAtTownship } from './enrol.ts';

const newLedger = () => Buffer.from(random(16)).toString('hex');
const newKeys = () => readBoxKeys(makeBoxKeys(random));
const refused = (ask: Promise<unknown>) =>
  ask.then(
    () => 'enrolled',
    (error: unknown) => (error instanceof SyncError ? error.code : String(error)),
  );

describe('a code', () => {
  test('has 130 random bits in 26 letters, and is read as people write it', () => {
    const codes = new Set(Array.from({ length: 200 }, () => makeCode(random)));
    expect(codes.size).toBe(200);
    for (const code of codes) {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/);
      expect(parseCode(code)).toBe(code.replaceAll('-', ''));
      const spoken = code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' ');
      expect(parseCode(`  ${spoken} `)).toBe(parseCode(code));
      const wide = code.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
      expect(parseCode(`\ufeff${wide.replaceAll('－', '—')}`)).toBe(parseCode(code));
    }
  });

  test.each(['', 'ABC', `${'A'.repeat(27)}`, `${'A'.repeat(25)}U`, `${'A'.repeat(25)}!`])(
    'is not %j',
    (typed) => {
      expect(() => parseCode(typed)).toThrow(SyncError);
    },
  );
});

/** A bus without a broker: `hears` gets what is asked and may answer it. */
const overheard = (
  hears: (ask: Uint8Array, answer: (topic: string, payload: Buffer) => void) => void,
): Bus => {
  let listener: (topic: string, payload: Buffer) => void = () => undefined;
  return {
    connected: () => true,
    onState: () => undefined,
    onMessage: (listen) => {
      listener = listen;
    },
    subscribe: () => Promise.resolve(),
    publish: async (_topic, payload) => hears(payload, (...said) => listener(...said)),
    close: () => Promise.resolve(),
  };
};

describe('enrolment', () => {
  let here: World;
  beforeAll(async () => {
    here = await world();
  });
  afterAll(() => here.close());

  test('gives the same box the same answer again, and another key nothing', async () => {
    const code = here.town().invite(clinicOf(1), 7);
    const [keys, ledger] = [newKeys(), newLedger()];
    const first = await here.enrol(code, keys, ledger);
    expect(first.clinic).toEqual(clinicOf(1));
    expect(first.mqtt.username).toBe(`${clinicOf(1).fixmedins_code}/${ledger}`);
    expect(first.tls, 'no key for TLS was named').toBeUndefined();
    expect(await here.enrol(code.toLowerCase(), keys, ledger)).toEqual({
      ...first,
      admission: expect.any(String),
    });

    expect(await refused(here.enrol(code, newKeys(), newLedger(), 600))).toBe('ENROL_NO_ANSWER');
    expect(await refused(here.enrol(code, keys, newLedger(), 600))).toBe('ENROL_NO_ANSWER');

    // Another code for the same clinic finds the same box; one for another clinic, or with another key, does
    // not.
    expect(await here.enrol(here.town().invite(clinicOf(1), 7), keys, ledger)).toMatchObject({
      mqtt: first.mqtt,
    });
    for (const [clinic, who] of [
      [2, keys],
      [1, newKeys()],
    ] as const) {
      const other = here.town().invite(clinicOf(clinic), 7);
      expect(await refused(here.enrol(other, who, ledger, 600))).toBe('ENROL_NO_ANSWER');
    }
    expect(here.log.lines.some(({ facts }) => /used by another key/.test(String(facts.detail)))).toBe(true);
    expect(JSON.stringify(here.log.lines)).not.toContain(code);
  });

  test('gets no answer for a code that is wrong, void, or another township’s', async () => {
    expect(await refused(here.enrol(makeCode(random), newKeys(), newLedger(), 600))).toBe(
      'ENROL_CODE_UNKNOWN',
    );
    const void_ = here.town().invite(clinicOf(1), -1);
    expect(await refused(here.enrol(void_, newKeys(), newLedger(), 600))).toBe('ENROL_CODE_UNKNOWN');
    expect(await refused(here.enrol('nonsense', newKeys(), newLedger(), 600))).toBe('ENROL_CODE_UNKNOWN');
  });

  test('does not give away a password to who finds the code afterwards and replays the ask', async () => {
    const code = here.town().invite(clinicOf(2), 7);
    const { topic, key } = deriveRendezvous(code);
    const asks: Buffer[] = [];
    const take = (ask: Uint8Array) =>
      here.town().enrolment.answer(topic, Buffer.from(ask), new Date().toISOString());
    const box = { ...newKeys(), ledger: newLedger(), tls: publicTlsKey(makeTlsKey(random)) };
    const bus = overheard((ask, answer) => {
      asks.push(Buffer.from(ask));
      answer(enrolTopic(topic, 'answer'), take(ask));
    });
    const enrolment = await enrolAtTownship({ bus, code, box, random, clock, timeout_ms: 1_000 });
    const opened = openWith(key, take(asks[0] as Buffer)).toString(); // the code is known, and yet
    expect(opened).not.toContain(enrolment.mqtt.password);
    expect(opened).not.toContain('CERTIFICATE');
  });

  test.each([
    ['a code that was let in before is not called unknown', true, 'ENROL_NO_ANSWER'],
    ['a code that was never let in is', false, 'ENROL_CODE_UNKNOWN'],
  ])('at a broker that reads its lists again, %s', async (_what, letIn, code) => {
    let tell: Parameters<Bus['onState']>[0] = () => undefined;
    const bus: Bus = {
      ...overheard(() => undefined),
      connected: () => false,
      onState: (listener) => {
        tell = listener;
      },
    };
    const box = { ...newKeys(), ledger: newLedger(), tls: publicTlsKey(makeTlsKey(random)) };
    const asked = enrolAtTownship({ bus, code: makeCode(random), box, random, clock, timeout_ms: 200 });
    const asks = refused(asked);
    await new Promise(setImmediate);
    if (letIn) tell(true);
    tell(false, new SyncError('BROKER_REFUSED', 'Not authorized'));
    expect(await asks).toBe(code);
  });

  test('waits for a township that is not there yet', async () => {
    const code = here.town().invite(clinicOf(3), 7);
    await here.stopTownship();
    const asking = here.enrol(code, newKeys(), newLedger());
    await here.startTownship();
    expect((await asking).clinic.fixmedins_code).toBe('H14022500003');
  });
});
