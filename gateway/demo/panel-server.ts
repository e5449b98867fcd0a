import Fastify from 'fastify';
import { realClock } from '../real.ts';
import { portOf } from '../web/server.ts';
import { createAnnouncer } from '../web/sse.ts';
import { staticRoutes } from '../web/static.ts';
import type { DemoCard, DemoDevices } from './devices.ts';
import type { DemoLink } from './link.ts';

/**
 * The demo panel: another address, another process than the gateway. It moves the simulated devices and the
 * line, and knows nothing of what the gateway makes of it.
 */
interface PanelParts {
  devices: DemoDevices;
  link: DemoLink;
  cards: DemoCard[];
  pinHint: string;
  panelDir: string;
  /** Whose page may show the panel. */
  gatewayOrigin(): string;
}

const STATE_EVERY_MS = 500;
const HALF_FRAME_BYTES = 700;

function panelState({ devices, link, cards, pinHint }: PanelParts) {
  const { reader, printer } = devices;
  const card = devices.card();
  const paper = printer.printer.hasPaper ? (printer.printer.nearEnd ? 'near-end' : 'ok') : 'out';
  return {
    reader: { plugged: reader.path !== null, card: card && { name: card.name } },
    printer: {
      paper,
      cover: printer.printer.coverOpen,
      power: printer.printer.powered,
      slips: devices.slips(),
    },
    link: { up: link.up() },
    cards: cards.map(({ id, name, note }) => ({ id, name, note })),
    pin_hint: pinHint,
  };
}

/** What the buttons do. */
function acts({ devices, link, cards }: PanelParts): Record<string, (card: string | undefined) => unknown> {
  const { reader, printer } = devices;
  const paper = printer.printer;
  return {
    'card-down': (id) => {
      const card = cards.find((one) => one.id === id);
      if (card) devices.putCard(card);
    },
    'card-up': () => devices.liftCard(),
    'reader-pull': () => reader.pull(),
    'reader-plug': () => reader.plugIn(),
    'paper-out': () => paper.takePaperOut(),
    'paper-in': () => paper.putPaperIn(),
    'cover-open': () => {
      paper.coverOpen = true;
    },
    'cover-close': () => {
      paper.coverOpen = false;
      paper.goOn();
    },
    'link-cut': () => link.cut(),
    'link-join': () => link.join(),
    'bad-frame': () => reader.simulator.misbehave('read', { kind: 'checksum' }),
    'half-frame': () => reader.simulator.misbehave('read', { kind: 'half', bytes: HALF_FRAME_BYTES }),
  };
}

/** Of the panel: nobody logs in. */
const EVERYBODY = { alive: () => true };

export async function startPanel(
  parts: PanelParts,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true });
  const events = createAnnouncer<'state'>(realClock);
  const doing = acts(parts);
  server.addHook('onRequest', async (request, reply) => {
    reply.header(
      'content-security-policy',
      `default-src 'self'; frame-ancestors ${parts.gatewayOrigin()} 'self'`,
    );
    const own = request.headers.host === `127.0.0.1:${portOf(server)}`;
    const { origin } = request.headers;
    if (!own || (request.method === 'POST' && origin !== `http://${request.headers.host}`))
      await reply.code(403).send({});
  });
  server.get('/panel/state', async () => panelState(parts));
  server.get('/panel/events', (_request, reply) => {
    events.listen(reply, EVERYBODY);
  });
  server.post<{ Body: { act: string; card?: string } }>('/panel/act', async ({ body }, reply) => {
    const act = Object.hasOwn(doing, body.act) ? doing[body.act] : undefined;
    if (!act) return reply.code(400).send({});
    await act(body.card);
    return {};
  });
  await staticRoutes(server, parts.panelDir);
  const stop = sendChanges(parts, (state) => events.send('state', state));
  await server.listen({ host: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    async close() {
      stop();
      events.close();
      await server.close();
    },
  };
}

/** The simulated devices change by themselves too: looks twice a second, sends what is new. */
function sendChanges(parts: PanelParts, send: (state: object) => void): () => void {
  let sent = '';
  const timer = setInterval(() => {
    const state = panelState(parts);
    const text = JSON.stringify(state);
    if (text === sent) return;
    sent = text;
    send(state);
  }, STATE_EVERY_MS);
  return () => clearInterval(timer);
}
