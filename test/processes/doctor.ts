import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import type { Draft, QuoteView, SettledView } from '../../gateway/clinic/api/views/types.ts';
import type { DemoCard, DemoDevices } from '../../gateway/demo/devices.ts';
import { DOCTOR, PIN, until } from '../clinic.ts';

/** What came back; null when the connection ended before an answer had come. */
export type Reply = { status: number; body: unknown } | null;

export interface Sent {
  /** The kernel has the whole request. */
  sent: Promise<void>;
  answer: Promise<Reply>;
}

export interface Confirmation {
  visit: string;
  body: { request: string; digest: string; draft: Draft; paid_way: 'cash' };
}

/**
 * The page's side of the local API over connections of its own, so that a test knows what was sent and what
 * was answered.
 */
export class Doctor {
  readonly #url: URL;
  #cookie = '';

  constructor(url: string) {
    this.#url = new URL(url);
  }

  send(method: string, path: string, body?: unknown): Sent {
    const headers = {
      origin: this.#url.origin,
      cookie: this.#cookie,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = httpRequest(new URL(path, this.#url), { method, headers, agent: false });
    const sent = new Promise<void>((resolve) => {
      request.once('finish', resolve);
      request.once('error', () => resolve());
    });
    const answer = new Promise<Reply>((resolve) => {
      request.once('error', () => resolve(null));
      request.once('response', (response) => {
        const cookie = response.headers['set-cookie']?.[0];
        if (cookie) this.#cookie = cookie.split(';')[0] ?? '';
        let text = '';
        response.on('data', (bytes) => {
          text += bytes;
        });
        response.once('error', () => resolve(null));
        response.once('close', () => {
          if (!response.complete) resolve(null);
          else resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        });
      });
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    return { sent, answer };
  }

  /** Asks again, as the page does, until there is an answer. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await until(
      `${method} ${path}`,
      () => this.send(method, path, body).answer,
      (one) => one !== null,
    );
    if (!reply || reply.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
    return reply.body as T;
  }

  /** What the gateway says by itself, from now on: `event: problem` and the like. */
  listen(): { heard: { event: string; data: unknown }[]; stop(): void } {
    const heard: { event: string; data: unknown }[] = [];
    const request = httpRequest(new URL('/api/events', this.#url), {
      headers: { cookie: this.#cookie },
      agent: false,
    });
    request.once('response', (response) => {
      const lines = createInterface({ input: response });
      lines.on('error', () => {}); // `stop` ends the stream in the middle
      lines.on('line', (line) => {
        const [, name, value = ''] = /^(event|data): (.*)$/.exec(line) ?? [];
        if (name === 'event') heard.push({ event: value, data: null });
        const last = heard.at(-1);
        if (name === 'data' && last) last.data = JSON.parse(value);
      });
    });
    request.on('error', () => {});
    request.end();
    return { heard, stop: () => request.destroy() };
  }

  login(): Promise<unknown> {
    return this.ask('POST', '/api/session', { opter: DOCTOR, pin: PIN });
  }

  open(psn_no: string): Promise<{ id: string }> {
    return this.ask('POST', '/api/visits', { psn_no });
  }

  /** Lays a card down and takes it up again when its holder is at the desk. */
  async openByCard(card: DemoCard, devices: DemoDevices): Promise<{ id: string }> {
    const holder = ({ psn_name }: { psn_name: string }) => psn_name === card.name;
    devices.putCard(card);
    const { visits } = await until(
      'the card',
      () => this.ask<{ visits: { id: string; psn_name: string }[] }>('GET', '/api/desk'),
      (desk) => desk.visits.some(holder),
    );
    devices.liftCard();
    return { id: visits.find(holder)?.id ?? '' };
  }

  /** Priced, with a reason for everything the audit asks one for. */
  async quoted(visit: string, written: Draft, request: string): Promise<Confirmation> {
    const quote = (draft: Draft) => this.ask<QuoteView>('POST', `/api/visits/${visit}/quote`, draft);
    const { findings } = await quote(written);
    const asked = findings.filter(({ severity }) => severity === 'confirm');
    const reasons = asked.map(({ key }) => ({ finding: key, dspo_way_rea: '病情需要' }));
    const draft = asked.length === 0 ? written : { ...written, reasons };
    const { digest } = await quote(draft);
    return { visit, body: { request, digest: digest ?? '', draft, paid_way: 'cash' } };
  }

  confirm({ visit, body }: Confirmation): Sent {
    return this.send('POST', `/api/visits/${visit}/confirm`, body);
  }

  /** The same confirm until it is answered. */
  confirmed({ visit, body }: Confirmation): Promise<SettledView> {
    return this.ask('POST', `/api/visits/${visit}/confirm`, body);
  }
}
