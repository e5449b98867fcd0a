import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';
import { PUBLIC } from './access.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/**
 * Serves a folder from memory: a handful of files, read once, one address each, so no path can lead out.
 * Refusal PAGE_FILES_MISSING.
 */
export async function staticRoutes(server: FastifyInstance, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (!entries.some(({ name }) => name === 'index.html')) throw new Refusal('PAGE_FILES_MISSING', folder);
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    const address = path.slice(folder.length).replaceAll('\\', '/');
    server.get(address, PUBLIC, async (_request, reply) => reply.type(type).send(content));
    if (address === '/index.html')
      server.get('/', PUBLIC, async (_request, reply) => reply.type(type).send(content));
  }
}
