import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { startGateway } from '../clinic.ts';
import { type Command, need, text } from './command.ts';
import { untilStopped } from './process.ts';
import { loadSettings } from './settings.ts';

export const PAGE_DIR = fileURLToPath(new URL('../../dist/page', import.meta.url));

const gateway: Command = {
  takes: '--state DIR --settings FILE [--code CODE]',
  does: 'runs the gateway of a clinic; a one-time code enrols it at the first start, and later brings a new certificate',
  options: { state: text, settings: text, code: text },
  async run(values) {
    const code = typeof values.code === 'string' ? values.code : null;
    const settings = loadSettings(need(values, 'settings'), code !== null);
    const log = pino({ name: 'gateway', base: null }, pino.destination({ fd: 2, sync: true }));
    const running = await startGateway({
      stateDir: need(values, 'state'),
      broker: settings.broker,
      ...(settings.enrol === undefined ? {} : { enrol: settings.enrol }),
      code,
      httpPort: settings.port ?? 8137,
      devices: settings.devices,
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
