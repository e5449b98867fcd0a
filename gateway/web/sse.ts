import type { FastifyReply } from 'fastify';
import type { Clock } from '../../drivers/contract.ts';
import { every } from '../every.ts';

/** Pages of one owner that listen at once, at most; one more ends the one that has listened longest. */
export const LISTENERS_MAX = 8;
const KEEP_ALIVE_MS = 15_000;
/** Bytes that wait for a page which does not read. Its stream then ends: it asks again when it wakes. */
const UNREAD_BYTES_MAX = 256 * 1024;

/** Whose page it is. A stream lives no longer than its owner. */
interface Owner {
  alive(): boolean;
}

/** Sends events to every open page (server-sent events, WHATWG HTML §9.2). `Event`: their names. */
export interface Announcer<Event extends string> {
  /** Takes a page's connection over. Gives what sends to this page alone. */
  listen(reply: FastifyReply, owner: Owner): (event: Event, data: unknown) => void;
  send(event: Event, data: unknown): void;
  /** Ends the streams whose owner lives no more. */
  sweep(): void;
  close(): void;
}

export function createAnnouncer<Event extends string>(clock: Clock): Announcer<Event> {
  const open = new Map<FastifyReply['raw'], Owner>();
  const textOf = (event: Event, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const end = (response: FastifyReply['raw']) => {
    open.delete(response);
    response.destroy();
  };
  const write = (response: FastifyReply['raw'], text: string) => {
    if (!open.get(response)?.alive() || response.writableLength > UNREAD_BYTES_MAX) end(response);
    else response.write(text);
  };
  const writeAll = (text: string) => {
    for (const response of open.keys()) write(response, text);
  };
  const stopHeartbeat = every(clock, KEEP_ALIVE_MS, () => writeAll(': still here\n\n'));
  return {
    listen(reply, owner) {
      const theirs = [...open].filter(([, other]) => other === owner);
      const [longest] = theirs;
      if (longest && theirs.length >= LISTENERS_MAX) end(longest[0]);
      reply.hijack();
      const { raw } = reply;
      // The guard's headers live in fastify's reply; a hijacked one must be given them.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      raw.write('retry: 1000\n\n');
      open.set(raw, owner);
      raw.on('close', () => open.delete(raw));
      return (event, data) => write(raw, textOf(event, data));
    },
    send(event, data) {
      writeAll(textOf(event, data));
    },
    sweep() {
      for (const [response, owner] of open) if (!owner.alive()) end(response);
    },
    close() {
      stopHeartbeat();
      for (const response of open.keys()) response.end();
      open.clear();
    },
  };
}
