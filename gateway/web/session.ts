import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The page locks itself after this long without a request. */
export const IDLE_SECONDS_MAX = 900;
const IDLE_MS = IDLE_SECONDS_MAX * 1000;
/** One more ends the one that was used longest ago. */
const SESSIONS_MAX = 16;
const ID_BYTES = 16;
/** Our own server's other addresses are for everybody; another server on this machine is asked there. */
const PLACE = { path: '/api' };

/** Keeps small texts over a restart. What it cannot keep is lost without an error. */
export interface Keeper {
  kept(name: string): string | null;
  keep(name: string, text: string): void;
}

/** Somebody who may be logged in, as the dataset in force has them. */
interface Operator {
  opter: string;
  pin: { salt: string; hash: string };
}

/** Who is at a page: one browser from its PIN to its lock. */
export interface Session {
  readonly opter: string;
  /** False once it was ended, its time is over, or the operator has gone or has another PIN. */
  alive(): boolean;
}

/**
 * Who is logged in. The cookie names a session and is signed; the sessions themselves are kept, so that one
 * that has ended stays ended, and a power cut between a confirm and its answer asks for no PIN. Idle time is
 * counted by a clock that nobody can set. docs/decisions/0003
 */
export interface Sessions {
  /** The session whose cookie came with the request; null: none, forged, or ended. */
  of(request: FastifyRequest): Session | null;
  /** Begins one: the answer carries its cookie. One that came with the request ends. */
  begin(request: FastifyRequest, reply: FastifyReply, operator: Operator): void;
  /** Begins its idle time anew. */
  renew(reply: FastifyReply, session: Session): void;
  end(reply: FastifyReply, session: Session): void;
  /** Ends all sessions of an operator. */
  endOf(opter: string): void;
  /** Ends those whose time is over or whose operator has changed. To be called now and then. */
  sweep(): void;
  /** Called when one or more have ended. */
  onEnd(listener: () => void): void;
}

interface SessionOptions {
  keeper: Keeper;
  operators(): readonly Operator[];
  /** ms, evenly on from the start of the process, whatever happens to the system's clock. */
  ticks(): number;
  /** ms since 1970, as far as known. */
  now(): number;
  random(bytes: number): Uint8Array;
}

/** What is kept. `key`: hash of the id in the cookie; `pin`: hash of the operator's salted and hashed PIN. */
interface Kept {
  readonly key: string;
  readonly opter: string;
  readonly pin: string;
}

interface Open extends Kept, Session {
  /** As in the cookie; '' until the cookie has come. */
  id: string;
  /** By `ticks`. */
  until: number;
  /** Begun in an earlier process, and not seen in this one yet. */
  earlier: boolean;
}

const KEPT = 'sessions';
/** Cookies know no ports: two servers of one machine would take each other's. The host has been checked. */
const cookieOf = ({ headers: { host = '' } }: FastifyRequest) =>
  `cunyitong-${host.slice(host.lastIndexOf(':') + 1)}`;

const COOKIES_MAX = 8;

/** All of the name: another server of this machine can set one that stands before ours. */
function cookiesIn(request: FastifyRequest): string[] {
  const name = cookieOf(request);
  const pairs = (request.headers.cookie ?? '')
    .split(';')
    .filter((pair) => pair.trim().startsWith(`${name}=`));
  return pairs.slice(0, COOKIES_MAX).map((pair) => request.server.parseCookie(pair)[name] ?? '');
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
const pinOf = ({ pin }: Operator) => digest(JSON.stringify([pin.salt, pin.hash]));

export function createSessions(options: SessionOptions): Sessions {
  const { keeper, ticks, now } = options;
  const open = new Map<string, Open>();
  const listeners: (() => void)[] = [];
  const kept: Kept[] = JSON.parse(keeper.kept(KEPT) ?? '[]');
  for (const one of kept) add(one, '', true);

  const isOperator = ({ opter, pin }: Kept) =>
    options.operators().some((one) => one.opter === opter && pinOf(one) === pin);

  function add(kept: Kept, id: string, earlier: boolean): Open {
    const one: Open = {
      ...{ ...kept, id, earlier, until: ticks() + IDLE_MS },
      alive: () => open.get(one.key) === one && ticks() <= one.until && isOperator(one),
    };
    open.set(one.key, one);
    return one;
  }

  function save(): void {
    keeper.keep(KEPT, JSON.stringify([...open.values()].map(({ key, opter, pin }) => ({ key, opter, pin }))));
  }

  function drop(gone: Open[]): void {
    if (gone.length === 0) return;
    for (const { key } of gone) open.delete(key);
    save();
    for (const listener of listeners) listener();
  }

  function opened(request: FastifyRequest, cookie: string): Open | null {
    const { valid, value } = request.unsignCookie(cookie);
    const [id = '', until] = valid ? value.split('.') : [];
    const one = open.get(digest(id));
    if (!one) return null;
    // How long no process ran only the system's clock can say.
    if (!one.alive() || (one.earlier && !(now() <= Number(until)))) {
      drop([one]);
      return null;
    }
    return Object.assign(one, { id, earlier: false });
  }

  function of(request: FastifyRequest): Open | null {
    for (const cookie of cookiesIn(request)) {
      const one = opened(request, cookie);
      if (one) return one;
    }
    return null;
  }

  function renew(reply: FastifyReply, session: Session): void {
    const one = open.get((session as Open).key);
    if (!one) return;
    one.until = ticks() + IDLE_MS;
    open.delete(one.key); // the one that was used last stands last
    open.set(one.key, one);
    const value = `${one.id}.${now() + IDLE_MS}`;
    const flags = { ...PLACE, httpOnly: true, sameSite: 'strict', signed: true } as const;
    reply.setCookie(cookieOf(reply.request), value, flags);
  }

  return {
    of,
    begin(request, reply, operator) {
      const before = of(request);
      const id = Buffer.from(options.random(ID_BYTES)).toString('base64url');
      const one = add({ key: digest(id), opter: operator.opter, pin: pinOf(operator) }, id, false);
      drop([...(before ? [before] : []), ...[...open.values()].slice(0, -SESSIONS_MAX)]);
      save();
      renew(reply, one);
    },
    renew,
    end(reply, session) {
      reply.clearCookie(cookieOf(reply.request), PLACE);
      drop([...open.values()].filter((one) => one === session));
    },
    endOf: (opter) => drop([...open.values()].filter((one) => one.opter === opter)),
    sweep: () => drop([...open.values()].filter((one) => !one.alive())),
    onEnd: (listener) => void listeners.push(listener),
  };
}
