import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { DemoCard, DemoDevices } from './devices.ts';
import type { DemoLink } from './link.ts';

/**
 * The demo panel: another address, another process than the gateway. It moves the simulated devices and the line, and
 * knows nothing of what the gateway makes of it.
 */
export interface PanelParts {
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
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export function panelState({ devices, link, cards, pinHint }: PanelParts) {
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
    'bad-frame': () => reader.reader.misbehave('read', { kind: 'checksum' }),
    'half-frame': () => reader.reader.misbehave('read', { kind: 'half', bytes: HALF_FRAME_BYTES }),
  };
}

export async function startPanel(
  parts: PanelParts,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true });
  const open = new Set<FastifyReply['raw']>();
  const doing = acts(parts);
  server.addHook('onRequest', async (request, reply) => {
    reply.header(
      'content-security-policy',
      `default-src 'self'; frame-ancestors ${parts.gatewayOrigin()} 'self'`,
    );
    const own = request.headers.host === `127.0.0.1:${addressOf(server)}`;
    const { origin } = request.headers;
    if (!own || (request.method === 'POST' && origin !== `http://${request.headers.host}`))
      await reply.code(403).send({});
  });
  server.get('/panel/state', async () => panelState(parts));
  server.get('/panel/events', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    open.add(reply.raw);
    reply.raw.on('close', () => open.delete(reply.raw));
  });
  server.post<{ Body: { act: string; card?: string } }>('/panel/act', async ({ body }, reply) => {
    const act = Object.hasOwn(doing, body.act) ? doing[body.act] : undefined;
    if (!act) return reply.code(400).send({});
    await act(body.card);
    return {};
  });
  await servePanel(server, parts.panelDir);
  const stop = tellChanges(parts, open);
  await server.listen({ host: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${addressOf(server)}/`,
    async close() {
      stop();
      for (const response of open) response.end();
      await server.close();
    },
  };
}

function addressOf(server: FastifyInstance): number {
  const address = server.server.address();
  return address && typeof address === 'object' ? address.port : 0;
}

/** The simulated devices change by themselves too (a slip comes out): look twice a second, tell what is new. */
function tellChanges(parts: PanelParts, open: Set<FastifyReply['raw']>): () => void {
  let told = '';
  const timer = setInterval(() => {
    const state = JSON.stringify(panelState(parts));
    if (state === told) return;
    told = state;
    for (const response of open) response.write(`event: state\ndata: ${state}\n\n`);
  }, STATE_EVERY_MS);
  return () => clearInterval(timer);
}

async function servePanel(server: FastifyInstance, folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const type = TYPES[extname(name)];
    if (!type) continue;
    const content = await readFile(join(folder, name));
    server.get(name === 'index.html' ? '/' : `/${name}`, async (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).send(content),
    );
  }
}
