import type { FastifyReply } from 'fastify';
import type { Clock } from '../../drivers/contract.ts';
import { every } from '../every.ts';

/** Listening pages at once, at most; one more is turned away. */
export const LISTENERS_MAX = 16;
const KEEP_ALIVE_MS = 15_000;

/** Sends events to every open page (server-sent events, WHATWG HTML §9.2). `Event`: their names. */
export interface Announcer<Event extends string> {
  /** Takes a page's connection over; false when there are too many. */
  listen(reply: FastifyReply): boolean;
  send(event: Event, data: unknown): void;
  close(): void;
}

export function createAnnouncer<Event extends string>(clock: Clock): Announcer<Event> {
  const open = new Set<FastifyReply['raw']>();
  const write = (text: string) => {
    for (const response of open) response.write(text);
  };
  const stopHeartbeat = every(clock, KEEP_ALIVE_MS, () => write(': still here\n\n'));
  return {
    listen(reply) {
      if (open.size >= LISTENERS_MAX) return false;
      reply.hijack();
      const { raw } = reply;
      // The guard's headers live in fastify's reply; a hijacked one must be given them.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      raw.write('retry: 1000\n\n');
      open.add(raw);
      raw.on('close', () => open.delete(raw));
      return true;
    },
    send(event, data) {
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close() {
      stopHeartbeat();
      for (const response of open) response.end();
      open.clear();
    },
  };
}
