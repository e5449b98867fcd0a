import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { describe } from 'vitest';
import { mosquittoHere, startMosquitto } from '../testing/mosquitto.ts';
import { openProxy } from '../testing/proxy.ts';
import { clock, quick, random } from '../testing/world.ts';
import { createModelBroker, NO_FAULTS } from './model.ts';
import { createMqttBus } from './mqtt.ts';
import type { Bus, Will } from './port.ts';
import { type Bench, busConformance } from './testing/conformance.ts';

/** Real brokers behind proxies: each bus has a line of its own. */
async function benchOn(broker: {
  port(): number;
  restart(): Promise<void>;
  close(): Promise<void>;
}): Promise<Bench> {
  const buses: Bus[] = [];
  const proxies: { close(): Promise<void> }[] = [];
  const lines = await Promise.all(Array.from({ length: 3 }, () => openProxy(broker.port)));
  proxies.push(...lines);
  return {
    bus(options: { will?: Will } = {}) {
      const line = lines[buses.length];
      if (!line) throw new Error('no more lines on this bench');
      const url = `mqtt://127.0.0.1:${line.port}`;
      const bus = createMqttBus({
        url,
        clientId: `bus-${buses.length}`,
        ...options,
        clock,
        random,
        backoff: quick,
      });
      buses.push(bus);
      return { bus, cut: line.cut };
    },
    restart: broker.restart,
    async close() {
      for (const bus of buses) await bus.close();
      for (const proxy of proxies) await proxy.close();
      await broker.close();
    },
  };
}

async function aedesBench(): Promise<Bench> {
  const sockets = new Set<Socket>();
  let [broker, server, port] = [await Aedes.createBroker(), undefined as Server | undefined, 0];
  const start = async () => {
    broker = await Aedes.createBroker();
    server = createServer((socket) => {
      sockets.add(socket);
      broker.handle(socket);
    });
    await new Promise<void>((done) => server?.listen(port, '127.0.0.1', done));
    port = (server.address() as { port: number }).port;
  };
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise<void>((done) => broker.close(() => done()));
    await new Promise<void>((done) => server?.close(() => done()));
  };
  await new Promise<void>((done) => broker.close(() => done()));
  await start();
  return benchOn({
    port: () => port,
    async restart() {
      await stop();
      await start();
    },
    close: stop,
  });
}

busConformance('the model', async () => {
  const broker = createModelBroker({ clock, random, faults: { ...NO_FAULTS, delay_ms_max: 3 } });
  return {
    bus(options) {
      const bus = broker.bus(options);
      return { bus, cut: bus.cut };
    },
    async restart() {
      broker.stop(true);
      broker.start();
    },
    close: async () => broker.stop(true),
  };
});

busConformance('aedes', aedesBench);

describe.skipIf(!mosquittoHere())('with Debian’s Mosquitto', () => {
  const settings = 'allow_anonymous true\n';
  busConformance('Mosquitto', async () => benchOn(await startMosquitto(settings)));
  busConformance('Mosquitto with a memory', async () =>
    benchOn(
      await startMosquitto(
        `${settings}persistence true\npersistence_location FOLDER/\nautosave_interval 1\n`,
      ),
    ),
  );
});
