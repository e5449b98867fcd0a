import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';

/** Only the box's own screen is served; these are the names it has there. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Everything the page loads comes from the box; the demo panel is the one frame it may show. */
const contentSecurityPolicy = (panel: string | null): string =>
  [
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `frame-src ${panel ? new URL(panel).origin : "'none'"}`,
  ].join('; ');

/**
 * Our addresses are plain paths: a target in absolute form, or with an escape in its path, is not our page's.
 */
const PLAIN_TARGET = /^\/(?!\/)[^%?#]*(\?|$)/;

/** Sets the headers of every answer, and refuses what did not come from our own page. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Refuses a foreign Host (DNS rebinding), a foreign Origin, a cross-site fetch, a target in another form than
 * the page's. Runs before a byte of the body is read. Refusal HOST_FOREIGN, ORIGIN_FOREIGN, REQUEST_INVALID.
 */
export function createGuard(port: () => number, panel: string | null): Guard {
  const headers = answerHeaders(panel);
  return (request, reply) => {
    reply.headers(headers);
    const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port()}`);
    if (!hosts.includes(request.headers.host ?? '')) throw new Refusal('HOST_FOREIGN');
    if (!PLAIN_TARGET.test(request.raw.url ?? '')) throw new Refusal('REQUEST_INVALID');
    const { origin, 'sec-fetch-site': site } = request.headers;
    const effect = request.method !== 'GET' && request.method !== 'HEAD';
    const ownOrigin = origin === undefined ? !effect : origin === `http://${request.headers.host}`;
    const ownSite = site === undefined || site === 'same-origin' || (site === 'none' && !effect);
    // A GET without effect may be a link from anywhere; what it answers stays unreadable to the other page.
    if (!ownOrigin || (effect && !ownSite)) throw new Refusal('ORIGIN_FOREIGN');
  };
}

/** Of every answer, whatever it is an answer to. */
export const answerHeaders = (panel: string | null): Record<string, string> => ({
  'content-security-policy': contentSecurityPolicy(panel),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
});
