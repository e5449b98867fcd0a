/** A field with at most ten answers under it: arrows choose, Enter takes (the first, unless chosen), Esc clears. */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { said } from './api.ts';

interface Found<T> {
  words: string;
  hits: T[];
  failed: string | null;
}

export function Search<T>(props: {
  label: string;
  hotkey?: string;
  placeholder: string;
  test: string;
  hitTest: string;
  nothing: string;
  field?: RefObject<HTMLInputElement>;
  ask(words: string, signal: AbortSignal): Promise<T[]>;
  keyOf(hit: T): string;
  show(hit: T): ComponentChildren;
  onPick(hit: T): void;
  /** Arrow down in the empty field. */
  onDown?(): void;
  onWords?(words: string): void;
}) {
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Found<T> | null>(null);
  const [at, setAt] = useState(0);
  const [late, setLate] = useState<string | null>(null); // Enter was pressed before the answer came (bar-code scanners)
  const own = useRef<HTMLInputElement>(null);
  const field = props.field ?? own;
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const asked = words.trim();

  const { ask, onPick } = props;
  useEffect(() => {
    setAt(0);
    if (asked === '') {
      setFound(null);
      return;
    }
    const stop = new AbortController();
    ask(asked, stop.signal).then(
      (hits) => !stop.signal.aborted && setFound({ words: asked, hits, failed: null }),
      (error) => !stop.signal.aborted && setFound({ words: asked, hits: [], failed: said(error).text }),
    );
    return () => stop.abort();
  }, [asked]);

  useEffect(() => {
    if (late === null || found?.words !== late) return;
    setLate(null);
    const first = found.hits[0];
    if (first && late === asked) pick(first);
  }, [found, late]);

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  function pick(hit: T) {
    onPick(hit);
    clear();
    field.current?.focus();
  }

  function clear() {
    setWords('');
    setFound(null);
    setLate(null);
    props.onWords?.('');
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.isComposing) return;
    const hits = found?.words === asked ? found.hits : [];
    if (event.key === 'Enter') {
      event.preventDefault();
      const hit = hits[at] ?? hits[0];
      if (hit) pick(hit);
      else if (asked !== '' && found?.words !== asked) setLate(asked);
    } else if (event.key === 'ArrowDown' && asked === '') {
      event.preventDefault();
      props.onDown?.();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (hits.length > 0) setAt((was) => (was + step + hits.length) % hits.length);
    } else if (event.key === 'Escape' && words !== '') {
      event.stopPropagation();
      clear();
    }
  }

  const opened = asked !== '' && found !== null;
  return (
    <div class="search">
      <label for={id}>
        {props.label} {props.hotkey && <kbd>{props.hotkey}</kbd>}
      </label>
      <input
        id={id}
        ref={field}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={opened}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={opened && found.hits[at] ? `${id}-${at}` : undefined}
        placeholder={props.placeholder}
        data-test={props.test}
        value={words}
        onInput={(event) => {
          setWords(event.currentTarget.value);
          props.onWords?.(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {opened && (
        <div class="hits">
          {found.failed && <p role="status">{found.failed}</p>}
          {!found.failed && found.hits.length === 0 && <p role="status">{props.nothing}</p>}
          <div id={`${id}-hits`} ref={list} role="listbox" tabIndex={-1} aria-label={props.label}>
            {found.hits.map((hit, i) => (
              <button
                type="button"
                tabIndex={-1}
                key={props.keyOf(hit)}
                id={`${id}-${i}`}
                role="option"
                aria-selected={i === at}
                data-test={props.hitTest}
                data-key={props.keyOf(hit)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => pick(hit)}
              >
                {props.show(hit)}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
