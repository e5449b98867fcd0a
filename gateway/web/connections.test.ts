import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitConnections } from './connections.ts';
import { createWebServer, portOf } from './server.ts';

type Server = Awaited<ReturnType<typeof createWebServer>>;
let server: Server;
let port = 0;
let log = '';
let sockets: Socket[] = [];

beforeEach(async () => {
  log = '';
  sockets = [];
  const keep = (line: string) => {
    log += line;
  };
  server = await createWebServer({
    log: pino({ level: 'trace' }, { write: keep }),
    sessionKey: new Uint8Array(32),
    frame: null,
    more: () => ({}),
  });
  const { known } = limitConnections(server.server);
  server.get('/public', async () => ({}));
  server.get('/inside', async ({ raw }) => {
    known(raw.socket);
    return {};
  });
  server.post('/inside', async ({ body }) => ({ body }));
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = portOf(server);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

/** A connection that says `text` and nothing else; `ended` holds what came until the other side ended it. */
async function open(text = ''): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  socket
    .on('data', (bytes) => {
      heard += bytes;
    })
    .on('error', () => {});
  const ended = new Promise<string>((done) => socket.once('close', () => done(heard)));
  await new Promise((done) => socket.once('connect', done));
  socket.write(text);
  return { socket, ended };
}
const HEAD = () => `POST /inside HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\n`;

const ask = (path: string) =>
  new Promise<number>((done, failed) =>
    get({ port, path, agent: false }, (response: IncomingMessage) =>
      response.resume().once('end', () => done(response.statusCode ?? 0)),
    ).once('error', failed),
  );
const connections = () =>
  new Promise<number>((done, failed) =>
    server.server.getConnections((error, count) => (error ? failed(error) : done(count))),
  );

test('a thousand connections that say nothing leave the page its own, and new pages get in', async () => {
  const page = await open();
  const answers: string[] = [];
  page.socket.on('data', (bytes) => void answers.push(String(bytes).split('\r\n', 1)[0] ?? ''));
  const inside = () => page.socket.write(`GET /inside HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  inside();
  await expect.poll(() => answers).toEqual(['HTTP/1.1 200 OK']);
  for (let n = 0; n < 1_000; n += 100) {
    await Promise.all(Array.from({ length: 100 }, () => open()));
    expect(await ask('/public')).toBe(200);
  }
  inside();
  await expect.poll(() => answers.length).toBe(2);
  expect(await connections()).toBeLessThanOrEqual(260);
});

test('a connection that asks thousands of things at once is ended', async () => {
  const burst = `GET /public HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`.repeat(5_000);
  const { ended } = await open(burst);
  expect((await ended).split('HTTP/1.1 200').length - 1).toBeLessThanOrEqual(8);
  expect(await ask('/public')).toBe(200);
});

test('a body that does not come, and a head that does not, are ended in the shape of a refusal', async () => {
  const slow = [
    await open(`${HEAD()}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`),
    await open('GET /public HTTP/1.1\r\nhost: '),
  ];
  for (const { ended } of slow) {
    const [head = '', body = ''] = (await ended).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 408 /);
    expect(head).toContain("content-security-policy: default-src 'self'");
    expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID' });
  }
  expect(log).not.toContain('"level":50');
}, 20_000);

test.each(['NONSENSE\r\n\r\n', 'GET / HTTP/1.1\r\nbad header\r\n\r\n', '\u0016\u0003\u0001\u0002\r\n'])(
  'what is no request is refused in the same shape',
  async (text) => {
    const [head = '', body = ''] = (await (await open(text)).ended).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 /);
    expect(head).toContain('content-security-policy');
    expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(log).not.toContain('"level":50');
  },
);

test('a body that is broken off is no fault of ours', async () => {
  const { socket } = await open(`${HEAD()}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`);
  await expect.poll(connections).toBe(1);
  await new Promise((done) => setTimeout(done, 100));
  socket.destroy();
  await expect.poll(() => log).toContain('request refused');
  expect(log).toContain('REQUEST_INVALID');
  expect(log).not.toContain('"level":50');
});
