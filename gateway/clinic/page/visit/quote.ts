/** The price of the form on the screen: asked for at every change, the latest wins. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ErrorView, QuoteView } from '../../api/views/types.ts';
import { NoAnswer, Refused } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { type DraftForm, toDraft, unreadable } from './draft-form.ts';

interface Price {
  quote: QuoteView | null;
  /** The quote is that of exactly this form. */
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

/** What a quote that failed comes to; null when nobody answered and it is worth asking again. */
function refusalOf(error: unknown, stop: AbortSignal): Pick<Answer, 'quote' | 'refused'> | null {
  if (error instanceof Refused) return { quote: error.view.quote ?? null, refused: error.view };
  if (error instanceof NoAnswer || stop.aborted) return null;
  throw error;
}

export function useQuote(visit: string, form: DraftForm, first: QuoteView | null, online: boolean): Price {
  const { api, ports } = usePage();
  const draft = toDraft(form);
  const empty = draft.items.length === 0;
  const ready = !empty && unreadable(form) === null;
  const of = JSON.stringify(draft);
  const [answer, setAnswer] = useState<Answer>({ of: '', visit, quote: first, refused: null });
  const latest = useRef(of);
  latest.current = of;

  useEffect(() => {
    if (!ready || !online) return;
    const stop = new AbortController();
    const ask = async () => {
      while (!stop.signal.aborted) {
        const priced = await api.quote(visit, draft, stop.signal).then(
          (quote) => ({ quote, refused: null }),
          (error: unknown) => refusalOf(error, stop.signal),
        );
        if (stop.signal.aborted) return;
        if (priced) return setAnswer({ of, visit, ...priced });
        await ports.wait(AGAIN_MS);
      }
    };
    void ask();
    return () => stop.abort();
  }, [visit, of, ready, online, api, ports]);

  const mine = answer.visit === visit && !empty;
  return {
    quote: mine ? answer.quote : null,
    fresh: mine && ready && answer.of === of,
    refused: mine && answer.of === of ? answer.refused : null,
    replace: (quote) => setAnswer({ of: latest.current, visit, quote, refused: null }),
  };
}
