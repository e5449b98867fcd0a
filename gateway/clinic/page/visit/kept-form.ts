/** A form without a price is kept by the gateway all the same: it keeps what it is asked to price. */
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../shared/page-context.ts';
import { type DraftForm, toDraft, unreadable } from './draft-form.ts';

export function useKeptForm(visit: string, form: DraftForm, online: boolean): void {
  const { api } = usePage();
  const draft = toDraft(form);
  const priced = draft.items.length > 0 && unreadable(form) === null;
  const of = JSON.stringify(draft);
  const known = useRef(of);
  useEffect(() => {
    if (!online || of === known.current) return;
    if (priced) {
      known.current = of;
      return;
    }
    const stop = new AbortController();
    const items = draft.items.map(({ prd_days, ...item }) =>
      Number.isInteger(prd_days) ? { ...item, prd_days: prd_days as number } : item,
    );
    api.quote(visit, { ...draft, items }, stop.signal).then(
      () => {
        known.current = of;
      },
      () => undefined, // whoever cannot be reached now is told with the next change
    );
    return () => stop.abort();
  }, [visit, of, priced, online, api]);
}
