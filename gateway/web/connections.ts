import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections of those who have not shown a session, and of those who have, at most. One more ends the one
 * that has said nothing for the longest time: whoever keeps connections open takes none from a page at work.
 */
const STRANGERS_MAX = 256;
const KNOWN_MAX = 128;

/** A connection that nothing goes over is ended: above the heartbeat of an event stream. */
const SILENT_MS_MAX = 60_000;

/** Requests of one connection that wait for their answers; a browser asks the next one after the answer. */
const UNANSWERED_MAX = 8;

/** Ends connections that are too many, or ask too much at once. */
interface Connections {
  /** Somebody who is logged in is at the other end. */
  known(socket: Socket): void;
}

export function limitConnections(server: Server): Connections {
  const strangers = new Set<Socket>();
  const known = new Set<Socket>();
  const last = (sockets: Set<Socket>, socket: Socket, max: number) => {
    sockets.delete(socket);
    sockets.add(socket);
    const [oldest] = sockets;
    if (sockets.size > max) oldest?.destroy();
    if (oldest?.destroyed) sockets.delete(oldest);
  };
  server.setTimeout(SILENT_MS_MAX);
  server.on('connection', (socket) => {
    last(strangers, socket, STRANGERS_MAX);
    socket.once('close', () => {
      strangers.delete(socket);
      known.delete(socket);
    });
  });
  const unanswered = new WeakMap<Socket, number>();
  const count = (socket: Socket, more: 1 | -1) => {
    const now = (unanswered.get(socket) ?? 0) + more;
    unanswered.set(socket, now);
    return now;
  };
  server.on('request', ({ socket }, response) => {
    if (strangers.has(socket)) last(strangers, socket, STRANGERS_MAX);
    response.once('close', () => count(socket, -1));
    if (count(socket, 1) > UNANSWERED_MAX) socket.destroy();
  });
  return {
    known(socket) {
      if (!strangers.delete(socket) && !known.has(socket)) return; // of a request that came over no line
      last(known, socket, KNOWN_MAX);
    },
  };
}
