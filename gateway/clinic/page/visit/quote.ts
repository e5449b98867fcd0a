/** The price of the sheet on the screen: asked for at every change, the latest wins. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ErrorView, QuoteView } from '../../api/views/types.ts';
import { NoAnswer, Refused } from '../shared/api.ts';
import { useAround } from '../shared/ports.ts';
import { type Sheet, toDraft, unreadable } from './draft-form.ts';

export interface Price {
  quote: QuoteView | null;
  /** The quote is that of exactly this sheet. */
  fresh: boolean;
  refused: ErrorView | null;
  /** A quote that came with a refused 结算. */
  replace(quote: QuoteView): void;
}

interface Answer {
  of: string;
  visit: string;
  quote: QuoteView | null;
  refused: ErrorView | null;
}

const AGAIN_MS = 1_000;

export function useQuote(visit: string, sheet: Sheet, first: QuoteView | null, online: boolean): Price {
  const { api, outside } = useAround();
  const draft = toDraft(sheet);
  const empty = draft.items.length === 0;
  const ready = !empty && unreadable(sheet) === null;
  const of = JSON.stringify(draft);
  const [answer, setAnswer] = useState<Answer>({ of: '', visit, quote: first, refused: null });
  const latest = useRef(of);
  latest.current = of;

  useEffect(() => {
    if (!ready || !online) return;
    const stop = new AbortController();
    const ask = async () => {
      while (!stop.signal.aborted) {
        try {
          const quote = await api.quote(visit, draft, stop.signal);
          if (!stop.signal.aborted) setAnswer({ of, visit, quote, refused: null });
          return;
        } catch (error) {
          if (stop.signal.aborted) return;
          if (error instanceof Refused) {
            setAnswer({ of, visit, quote: error.view.quote ?? null, refused: error.view });
            return;
          }
          if (!(error instanceof NoAnswer)) throw error;
          await outside.wait(AGAIN_MS);
        }
      }
    };
    void ask();
    return () => stop.abort();
  }, [visit, of, ready, online, api, outside]);

  const mine = answer.visit === visit && !empty;
  return {
    quote: mine ? answer.quote : null,
    fresh: mine && ready && answer.of === of,
    refused: mine && answer.of === of ? answer.refused : null,
    replace: (quote) => setAnswer({ of: latest.current, visit, quote, refused: null }),
  };
}
