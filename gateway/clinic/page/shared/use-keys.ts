import { useEffect, useRef } from 'preact/hooks';
import { type Act, actFor, taken } from './keys.ts';

/** Listens to the whole page's keyboard while `on`. */
export function useKeys(on: boolean, where: 'desk' | 'after' | 'other', act: (act: Act) => void) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (taken(event.key)) event.preventDefault();
      const target = event.target as HTMLElement;
      const found = actFor(
        {
          key: event.key,
          ctrl: event.ctrlKey || event.altKey || event.metaKey,
          composing: event.isComposing,
          held: event.repeat,
          inField: target.closest('input, textarea, select, button, a') !== null,
        },
        where,
      );
      if (found) latest.current(found);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [on, where]);
}
