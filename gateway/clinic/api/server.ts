import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { requireSession } from '../../web/access.ts';
import { limitConnections } from '../../web/connections.ts';
import { createWebServer } from '../../web/server.ts';
import { staticRoutes } from '../../web/static.ts';
import type { ApiParts } from './parts.ts';
import { sessionRoutes } from './routes/session.ts';
import { settlementRoutes } from './routes/settlements.ts';
import { deskRoutes } from './routes/visits.ts';

interface ApiOptions {
  log: FastifyBaseLogger;
  sessionKey: Uint8Array;
  /** Folder of the built page. */
  pageDir: string;
}

/** The local API and the page. Listens nowhere by itself. */
export async function createServer(parts: ApiParts, options: ApiOptions): Promise<FastifyInstance> {
  const { panel, sessions } = parts;
  const server = await createWebServer({
    log: options.log,
    sessionKey: options.sessionKey,
    frame: panel,
    // The demo's panel is shown before anybody has logged in: the PIN is on it.
    more: (code) => (code === 'LOGIN_NEEDED' && panel ? { demo: { panel } } : {}),
  });
  requireSession(server, sessions, limitConnections(server.server).known);
  sessionRoutes(server, parts);
  deskRoutes(server, parts);
  settlementRoutes(server, parts);
  await staticRoutes(server, options.pageDir);
  return server;
}
