import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { DEFAULT_PORT, startGateway } from '../clinic.ts';
import { type Command, need, text } from './command.ts';
import { codeOptions, enrolmentCode } from './enrolment-code.ts';
import { untilStopped } from './process.ts';
import { settingsIn } from './settings.ts';

export const PAGE_DIR = fileURLToPath(new URL('../../dist/page', import.meta.url));

const gateway: Command = {
  takes: '--state DIR --settings FILE [--code-file FILE]',
  does: 'runs the gateway of a clinic; a one-time code enrols it at the first start, and later brings a new certificate',
  options: { state: text, settings: text, ...codeOptions },
  async run(values) {
    const stopped = untilStopped();
    const stateDir = need(values, 'state');
    const { code, named } = enrolmentCode(values);
    const settings = settingsIn(need(values, 'settings'), named);
    // Whoever gives a code for the first start is at the terminal; nobody looks at the page yet.
    if (code !== null && !existsSync(join(stateDir, 'enrolment.json'))) settings.read();
    const log = pino({ name: 'gateway', base: null }, pino.destination({ fd: 2, sync: true }));
    const running = await startGateway({
      ...{ stateDir, code, log, pageDir: PAGE_DIR },
      settings: settings.read,
      port: settings.port() ?? DEFAULT_PORT,
      onDegraded: (why, url) => process.stdout.write(`degraded ${why} ${url}\n`),
    });
    // One line for whoever started the process: the page's address, once a visit can be priced.
    void running.ready.then((url) => process.stdout.write(`ready ${url}\n`));
    await stopped;
    await running.stop();
    // An enrolment that waits for its answer would keep the process: all it has to keep is on disk.
    process.exit(0);
  },
};

export const commands = { gateway };
