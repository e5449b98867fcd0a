import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { type DevicesPart, readDevices } from '../../drivers/settings.ts';
import { startGateway } from '../clinic.ts';
import { type Command, need, text } from './command.ts';
import { untilStopped } from './process.ts';

/** The settings file of a box. */
export interface Settings extends DevicesPart {
  /** mqtts://host:port; mqtt://host:port for a broker on the same machine. */
  broker: string;
  /** The broker's enrolment door, when it is another one: mqtts://host:port */
  enrol?: string;
  /** Of the page, on loopback. default: 8137 */
  port?: number;
  /** Address of the demo panel; only in the demo. */
  panel?: string;
}

export const PAGE_DIR = fileURLToPath(new URL('../../dist/page', import.meta.url));

const gateway: Command = {
  takes: '--state DIR --settings FILE [--code CODE]',
  does: 'runs the gateway of a clinic; a one-time code enrols it at the first start, and later brings a new certificate',
  options: { state: text, settings: text, code: text },
  async run(values) {
    const settings: Settings = JSON.parse(readFileSync(need(values, 'settings'), 'utf8'));
    const log = pino({ name: 'gateway', base: null }, pino.destination({ fd: 2, sync: true }));
    const running = await startGateway({
      stateDir: need(values, 'state'),
      broker: settings.broker,
      ...(settings.enrol === undefined ? {} : { enrol: settings.enrol }),
      code: typeof values.code === 'string' ? values.code : null,
      httpPort: settings.port ?? 8137,
      devices: readDevices(settings),
      panel: settings.panel ?? null,
      pageDir: PAGE_DIR,
      log,
    });
    // One line for whoever started the process: the page's address, once a visit can be priced.
    void running.ready.then(() => process.stdout.write(`ready ${running.url}\n`));
    await untilStopped();
    await running.stop();
    return 0;
  },
};

export const commands = { gateway };
