import 'fastify';

/** Who may use a route; the page's server and the office's look at the same marks. */
declare module 'fastify' {
  interface FastifyRequest {
    /** Who is logged in; '' on a public route. */
    opter: string;
  }
  interface FastifyContextConfig {
    /** Answers before anybody has logged in. A route that does not say so needs a session. */
    public?: true;
    /** Asked for by the page itself, not by a person: does not prolong the session. */
    unattended?: true;
  }
}

/** Mark of a route that needs no session. */
export const PUBLIC = { config: { public: true } } as const;
