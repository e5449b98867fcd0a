import { connect, createServer, type Server, type Socket } from 'node:net';

/** The line between clinic and township: a TCP relay that can be cut. */
export interface DemoLink {
  port: number;
  up(): boolean;
  /** Drops every connection and refuses new ones. */
  cut(): void;
  join(): void;
  close(): void;
}

export async function startDemoLink(port: number, target: { host: string; port: number }): Promise<DemoLink> {
  const open = new Set<Socket>();
  let up = true;

  function relay(near: Socket): void {
    if (!up) {
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  }

  const server: Server = createServer(relay);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const drop = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: address && typeof address === 'object' ? address.port : port,
    up: () => up,
    cut() {
      up = false;
      drop();
    },
    join() {
      up = true;
    },
    close() {
      drop();
      server.close();
    },
  };
}
