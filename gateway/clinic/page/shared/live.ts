/** What the gateway tells without being asked: the desk, cards put down, cards that could not be read. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, ErrorView } from '../../api/views/types.ts';
import { NoAnswer, Refused } from './api.ts';
import { usePage } from './page-context.ts';

interface Live {
  desk: DeskView | null;
  online: boolean;
  /** Of the gateway's clock when `desk` came, in the page's ticks. */
  deskAt: number;
}

interface LiveHandlers {
  /** `early`: the stream has only just come back, so the card may have been lying there all the time. */
  visit(id: string, early: boolean): void;
  problem(view: ErrorView): void;
  /** Nobody is logged in any more. */
  gone(): void;
  /** The gateway answers that it cannot work. */
  closed(): void;
}

/** HTTP: the gateway is there and nothing stands behind it. */
const UNAVAILABLE = 503;

const PROBE_MS = 5_000;
const AGAIN_MS = 1_000;
const EARLY_MS = 10_000;

function turnedAway(status: number, { gone, closed }: LiveHandlers): void {
  if (status === 401) gone();
  if (status === UNAVAILABLE) closed();
}

export function useLive(on: boolean, handlers: LiveHandlers): Live {
  const { ports, api } = usePage();
  const [live, setLive] = useState<Live>({ desk: null, online: true, deskAt: 0 });
  const latest = useRef(handlers);
  latest.current = handlers;

  useEffect(() => {
    if (!on) return;
    let source: EventSource | null = null;
    let stopped = false;
    let opened = false;
    let backAt: number | null = null;
    const online = (is: boolean) => setLive((was) => (was.online === is ? was : { ...was, online: is }));

    const open = () => {
      if (stopped) return;
      source = ports.events('/api/events');
      source.onopen = () => {
        backAt = opened ? ports.ticks() : null;
        opened = true;
        online(true);
      };
      source.addEventListener('desk', (event) => {
        setLive({ desk: JSON.parse(event.data), online: true, deskAt: ports.ticks() });
      });
      source.addEventListener('visit', (event) =>
        latest.current.visit(
          JSON.parse(event.data).visit,
          backAt !== null && ports.ticks() - backAt < EARLY_MS,
        ),
      );
      source.addEventListener('problem', (event) => latest.current.problem(JSON.parse(event.data)));
      source.onerror = () => {
        void ask();
        if (source?.readyState !== EventSource.CLOSED) return;
        void ports.wait(AGAIN_MS).then(open);
      };
    };
    // An event stream can hang without an error, so the gateway is asked now and then whether it is there.
    const ask = () =>
      api.session().then(
        () => online(true),
        (error: unknown) => {
          if (stopped) return;
          if (error instanceof NoAnswer) online(false);
          if (error instanceof Refused) turnedAway(error.status, latest.current);
        },
      );
    const timer = setInterval(() => {
      void api.operators().then(
        () => online(true),
        (error) => error instanceof NoAnswer && online(false),
      );
    }, PROBE_MS);
    open();
    return () => {
      stopped = true;
      clearInterval(timer);
      source?.close();
    };
  }, [on, api, ports]);

  return live;
}
