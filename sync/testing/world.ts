import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '../../drivers/testing/fake-clock.ts';
import { createMqttBus } from '../bus/mqtt.ts';
import type { Bus } from '../bus/port.ts';
import { enrolAtTownship } from '../clinic/enrol.ts';
import { createLink, type Link } from '../clinic/link.ts';
import { boxLogin, enrolLogin } from '../clinic/login.ts';
import { presenceWill } from '../clinic/presence.ts';
import type { Enrolment } from '../contract/enrolment.ts';
import type { Log, Random } from '../ports.ts';
import { signDataset } from '../record/dataset.ts';
import {
  type BoxKeys,
  makeBoxKeys,
  makeTownshipKeys,
  readBoxKeys,
  readRoleKey,
  readTownshipKeys,
} from '../record/key-file.ts';
import { createTownship, type Township } from '../township/township.ts';
import { type MemorySource, memorySource } from './memory-source.ts';

/** Real clock, real randomness, real sockets on loopback: what end-to-end tests of the wire are made of. */
export const clock = realClock;
export const random: Random = (bytes) => randomBytes(bytes);
export const quick = { base_ms: 20, cap_ms: 200 };

interface LogLine {
  level: string;
  facts: Record<string, unknown>;
  message: string;
}

export function memoryLog(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (facts: object, message: string) =>
    void lines.push({ level, facts: facts as Record<string, unknown>, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Waits until something holds; fails after a time that only a broken run needs. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error(`never: ${what}`);
}

export const clinicOf = (n: number) => ({
  fixmedins_code: `H1402250000${n}`,
  fixmedins_name: `第${n}卫生室`,
  level: 'village',
  mode: 'integrated',
  admdvs: '140225',
});

export interface Box {
  keys: BoxKeys;
  source: MemorySource;
  enrolment: Enrolment;
  bus: Bus;
  link: Link;
  log: ReturnType<typeof memoryLog>;
  close(): Promise<void>;
}

/** A township in a folder of its own, which can be stopped and started again, and boxes to enrol at it. */
export async function world() {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-sync-'));
  const made = makeTownshipKeys(random);
  const insurer = readRoleKey(made.insurer, 'insurer');
  const log = memoryLog();
  const boxes: Box[] = [];
  const start = (port = 0) =>
    createTownship({
      path: join(folder, 'township.db'),
      township: { code: 'T140225', name: '浑源县某乡' },
      keys: readTownshipKeys(made.township),
      trust: { insurer: [insurer.jwk], vendor: [] },
      clock,
      random,
      log,
      broker: { host: '127.0.0.1', port },
    });
  let township: Township = await start();
  const port = township.port as number;
  const url = `mqtt://127.0.0.1:${port}`;
  const stopped: Bus[] = [];

  async function enrol(code: string, keys: BoxKeys, ledger: string, timeout_ms = 15_000): Promise<Enrolment> {
    const bus = createMqttBus({ url, ...enrolLogin(code), clock, random, backoff: quick });
    stopped.push(bus);
    try {
      return await enrolAtTownship({ bus, code, box: { ...keys, ledger }, random, clock, timeout_ms });
    } finally {
      await bus.close();
    }
  }

  /** Puts a box on the wire with a ledger that may have records already. */
  function connect(keys: BoxKeys, enrolment: Enrolment, source: MemorySource): Box {
    const boot = Buffer.from(random(8)).toString('hex');
    const will = presenceWill(source, boot);
    const bus = createMqttBus({
      url,
      ...boxLogin(enrolment),
      will,
      clock,
      random,
      backoff: quick,
    });
    const lines = memoryLog();
    const options = { bus, source, ...keys, enrolment, clock, random, log: lines, boot, status: () => ({}) };
    const link = createLink(options);
    link.start();
    const close = async () => {
      await link.stop();
      await bus.close();
    };
    const box = { keys, source, enrolment, bus, link, log: lines, close };
    boxes.push(box);
    return box;
  }

  return {
    folder,
    url,
    port,
    log,
    insurer,
    enrol,
    connect,
    town: () => township,
    async box(n: number): Promise<Box> {
      const keys = readBoxKeys(makeBoxKeys(random));
      const ledger = Buffer.from(random(16)).toString('hex');
      const enrolment = await enrol(township.invite(clinicOf(n), 7), keys, ledger);
      return connect(keys, enrolment, memorySource(ledger, enrolment.clinic.fixmedins_code, keys.signing));
    },
    dataset: (name: string, version: number, content: string, clinic = '*') =>
      signDataset({ name, version, clinic, issued: '2026-11-22T00:00:00.000Z', content }, insurer),
    async stopTownship() {
      await township.close();
    },
    async startTownship() {
      township = await start(port);
    },
    async close() {
      for (const box of boxes) await box.close();
      await township.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof world>>;

/** Body of a settlement that adds up; `fen` of the fund. */
export function settlementBody(seq: number, psn_no: string, fen: number) {
  const fund = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
  const zero = '0.00';
  const setlinfo = {
    medfee_sumamt: fund,
    fulamt_ownpay_amt: zero,
    overlmt_selfpay: zero,
    preselfpay_amt: zero,
    inscp_scp_amt: fund,
    fund_pay_sumamt: fund,
    hosp_part_amt: zero,
    psn_part_amt: zero,
    acct_pay: zero,
    psn_cash_pay: zero,
  };
  return {
    setl_id: String(seq).padStart(30, '0'),
    setl_date: '2026-11-22',
    psn: { psn_no, psn_name: '张三', certno: '140225195001010011' },
    answer: { outcome: 'payable', setlinfo },
    put: [
      {
        scope: 'person',
        insutype: '390',
        poolarea: '140200',
        bucket: 'outpatient-year',
        period: '2026',
        amount: fund,
      },
      {
        scope: 'person',
        insutype: '390',
        poolarea: '140200',
        bucket: 'visits',
        period: '2026-11-22',
        amount: '1',
      },
      {
        scope: 'clinic',
        insutype: '390',
        poolarea: '140200',
        bucket: 'clinic-year',
        period: '2026',
        amount: fund,
      },
    ],
    datasets: { bundle: { name: 'bundle/demo', version: 1, sha256: '0'.repeat(64) } },
    paid: [],
  };
}
