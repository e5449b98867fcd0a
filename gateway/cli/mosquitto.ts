import { resolve } from 'node:path';
import { type MosquittoPlan, mosquittoFiles } from '../../sync/township/broker/mosquitto.ts';
import { realClock, realRandom } from '../real.ts';
import { openStateDir } from '../state-dir.ts';
import { type Command, need, text, UsageError, type Values } from './command.ts';
import { MOSQUITTO, withOffice } from './township-office.ts';

const HOST = /^[A-Za-z0-9.-]{1,253}$/;

const portOf = (value: Values[string], otherwise: number) => {
  const port = Number(value ?? otherwise);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`no port: ${value}`);
  return port;
};

function planOf(values: Values): MosquittoPlan {
  const hosts = need(values, 'host').split(',');
  if (!hosts.every((host) => HOST.test(host)))
    throw new UsageError('--host takes names or IPv4 addresses, with commas between them');
  return {
    dir: resolve(need(values, 'dir')),
    hosts,
    port: portOf(values.port, 8883),
    enrolPort: portOf(values['enrol-port'], 8884),
    ...(typeof values.bind === 'string' ? { bind: values.bind } : {}),
  };
}

export const mosquittoCommand: Command = {
  takes: '--state DIR --dir DIR --host NAME[,NAME] [--port N] [--enrol-port N] [--bind ADDRESS]',
  does: 'writes what a Mosquitto needs to be this township’s broker; codes and revocations follow by themselves',
  options: {
    state: text,
    dir: text,
    host: text,
    port: text,
    'enrol-port': text,
    bind: text,
  },
  run: (values) =>
    withOffice(values, (office) => {
      const plan = planOf(values);
      const files = openStateDir(plan.dir, 'group');
      const at = new Date(realClock.now()).toISOString();
      for (const [name, content] of Object.entries(mosquittoFiles(office, plan, at, realRandom)))
        files.write(name, content);
      openStateDir(need(values, 'state')).write(MOSQUITTO, JSON.stringify({ dir: plan.dir }));
      process.stdout.write(`${files.path('mosquitto.conf')}\n`);
      return 0;
    }),
};
