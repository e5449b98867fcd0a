import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJob } from '../../drivers/escpos/job.ts';
import { type DemoDevices, startDemoDevices } from '../../gateway/demo/devices.ts';
import { freePort, realClock } from '../../gateway/real.ts';
import { runCommand, type Started, startCommand } from '../clinic.ts';

/** The demo taken apart: township and gateway as processes of their own, the devices in the test's. */
export interface Pieces {
  clinic: string;
  /** Holds the code that the gateway was last started with. */
  codeFile: string;
  township: string;
  /** http://127.0.0.1:port of the page, the same after every restart. */
  url: string;
  devices: DemoDevices;
  /** The township that was started first. */
  office: Started;
  /** Once more, after that one's end. */
  startOffice(): Promise<Started>;
  /**
   * The first start enrols with the one-time code; another code may take its place. Until it says `ready`, or
   * what else is waited for.
   */
  startGateway(code?: string, says?: string): Promise<Started>;
  /** Ends the township and the devices and takes the folders away; the gateway is the test's to end. */
  stop(): Promise<void>;
}

/** A broker that is not the township's own process. */
export interface OtherBroker {
  /** Both doors, as the box's settings have them. */
  broker: string;
  enrol: string;
  /** Has it read what the township wrote since it started. */
  reload(): Promise<void>;
}

/** Folders that lie elsewhere are left by `stop`; `gatewayEnv` is for the gateway alone. */
export async function startPieces(
  otherBroker?: (township: string) => Promise<OtherBroker>,
  elsewhere: Partial<Pick<Pieces, 'clinic' | 'township'>> & { gatewayEnv?: NodeJS.ProcessEnv } = {},
): Promise<Pieces> {
  const root = mkdtempSync(join(tmpdir(), 'cunyitong-pieces-'));
  const { clinic = join(root, 'clinic'), township = join(root, 'township') } = elsewhere;
  const other = await otherBroker?.(township);
  const { out: code, err } = await runCommand(['township', 'seed', '--state', township]);
  if (!code) throw new Error(`township seed: ${err}`);
  await other?.reload();
  const line = other ? ['--broker', other.broker] : ['--port', '0'];
  // Restarts are many: Node keeps the compiled modules between them.
  const env = { NODE_COMPILE_CACHE: join(root, 'compiled') };
  const startOffice = () => startCommand(['township', 'run', '--state', township, ...line], env);
  const office = await startOffice();
  const devices = await startDemoDevices({
    readerLink: join(root, 'idcard'),
    printerPort: 0,
    lineMs: 0,
    clock: realClock,
  });
  const port = await freePort(0);
  const settings = join(root, 'settings.json');
  const written = settingsOf(office.address, port, devices);
  writeFileSync(settings, JSON.stringify(other ? { ...written, enrol: other.enrol } : written));
  return {
    clinic,
    codeFile: join(root, 'code'),
    township,
    url: `http://127.0.0.1:${port}`,
    devices,
    office,
    startOffice,
    startGateway: (another = code, says = 'ready') => {
      const words = ['gateway', '--state', clinic, '--settings', settings];
      const file = join(root, 'code');
      writeFileSync(file, another, { mode: 0o600 });
      words.push('--code-file', file);
      return startCommand(words, { ...env, ...elsewhere.gatewayEnv }, says);
    },
    async stop() {
      await office.stop();
      await devices.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function settingsOf(broker: string, port: number, devices: DemoDevices) {
  return { broker, port, devices: devices.settings(), clock: 'battery' };
}

/** What a slip of paper says that matters. */
export interface PaperSlip {
  seq: number;
  /** Marked 补打. */
  reprint: boolean;
  /** 总费用, 医保报, 自己付. */
  figures: (string | undefined)[];
}

/** Reads every slip that came out; a head without a foot (power went in between) is no slip. */
export function slipsOf({ printer }: DemoDevices): PaperSlip[] {
  return printer.printer.slips.flatMap(({ bytes }) => {
    const text = decodeJob(bytes).lines.join('\n').replaceAll(' ', '');
    const whole = text.slice(Math.max(0, text.lastIndexOf('门诊结算单')));
    const seq = /记录号：[0-9a-f]{8}-(\d+)/.exec(whole)?.[1];
    if (seq === undefined) return [];
    const figures = ['总费用', '医保报', '自己付'].map(
      (name) => new RegExp(`^${name}([\\d.]+)元$`, 'm').exec(whole)?.[1],
    );
    return [{ seq: Number(seq), reprint: whole.includes('补打'), figures }];
  });
}
