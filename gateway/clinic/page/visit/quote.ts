/** The price of the form on the screen: asked for at every change, the latest wins. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ErrorView, QuoteView } from '../../api/views/types.ts';
import { NoAnswer, Refused } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { type DraftForm, toDraft, unreadable } from './draft-form.ts';

interface Price {
  quote: QuoteView | null;
  /** The quote is that of exactly this form, as things stand. */
  fresh: boolean;
  /** It is, or is being asked for and will be there in a moment; else nobody knows what it costs. */
  known: boolean;
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
/** An old price may be shown, dimmed, for so long after the form has changed. */
const ANSWER_MS_MAX = 300;

/** What a quote that failed comes to; null when nobody answered and it is worth asking again. */
function refusalOf(error: unknown, stop: AbortSignal): Pick<Answer, 'quote' | 'refused'> | null {
  if (error instanceof Refused) return { quote: error.view.quote ?? null, refused: error.view };
  if (error instanceof NoAnswer || stop.aborted) return null;
  throw error;
}

interface QuoteOptions {
  visit: string;
  form: DraftForm;
  first: QuoteView | null;
  online: boolean;
  /** Moves with all that a price may rest on besides the form; asked again when it does. */
  stamp: string;
}

export function useQuote({ visit, form, first, online, stamp }: QuoteOptions): Price {
  const { api, ports } = usePage();
  const draft = toDraft(form);
  const empty = draft.items.length === 0;
  const ready = !empty && unreadable(form) === null;
  const of = JSON.stringify(draft);
  const [answer, setAnswer] = useState<Answer>({ of: '', visit, quote: first, refused: null });
  const [late, setLate] = useState('');
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
    void ports.wait(ANSWER_MS_MAX).then(() => !stop.signal.aborted && setLate(of));
    return () => stop.abort();
  }, [visit, of, ready, online, stamp, api, ports]);

  const mine = answer.visit === visit && !empty;
  const quote = mine ? answer.quote : null;
  const fresh = mine && ready && online && answer.of === of;
  return {
    quote,
    fresh,
    // Refused without a price, as a visit that is closed: nothing is known, not 0.00.
    known: empty || (quote !== null && (fresh || (ready && online && late !== of))),
    refused: mine && answer.of === of ? answer.refused : null,
    replace: (quote) => setAnswer({ of: latest.current, visit, quote, refused: null }),
  };
}
