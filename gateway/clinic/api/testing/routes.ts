import type { FastifyInstance } from 'fastify';

/** All routes, as the router has them. */
export function routesOf({ printRoutes }: FastifyInstance): { method: string; path: string }[] {
  const parents: string[] = [];
  return printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part, methods] = /^(.*?)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
      if (indent === undefined || part === undefined) return [];
      const depth = indent.length / 4;
      parents.splice(depth, Infinity, part);
      const path = parents.join('').replace(/^\/?/, '/');
      return (methods ?? '').split(', ').flatMap((method) => (method ? [{ method, path }] : []));
    });
}
