import { connect, createServer, type Socket } from 'node:net';

/**
 * A bad line, as a TCP proxy on loopback: can be cut, go silent without an end, and be as slow and far as a
 * village's.
 */
export interface Line {
  /** default: no limit */
  bytes_per_s?: number;
  /** default: 0 */
  one_way_ms?: number;
}

export async function openProxy(targetPort: () => number, line: Line = {}) {
  const sockets = new Set<Socket>();
  let silent = false;
  let carried = 0;

  function carry(from: Socket, to: Socket): void {
    // Bytes leave one after another at the line's speed, and arrive a way later.
    let freeAt = 0;
    from.on('data', (chunk) => {
      if (silent) return;
      carried += chunk.length;
      if (line.bytes_per_s === undefined && line.one_way_ms === undefined) {
        to.write(chunk);
        return;
      }
      const now = Date.now();
      const takes = line.bytes_per_s === undefined ? 0 : (chunk.length / line.bytes_per_s) * 1_000;
      freeAt = Math.max(freeAt, now) + takes;
      // What is on the line is bounded, as in a modem: else the sender would think that all has arrived.
      if (freeAt - now > 1_000) {
        from.pause();
        setTimeout(() => from.resume(), freeAt - now - 500);
      }
      setTimeout(() => !to.destroyed && to.write(chunk), freeAt - now + (line.one_way_ms ?? 0));
    });
  }

  const server = createServer((near) => {
    const far = connect(targetPort(), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      carry(one, other);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address() as { port: number };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut,
    /** From now on nothing passes, and neither end notices. */
    silence(on: boolean): void {
      silent = on;
    },
    carried: () => carried,
    async close(): Promise<void> {
      cut();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

export type Proxy = Awaited<ReturnType<typeof openProxy>>;
