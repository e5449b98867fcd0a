/**
 * A field with at most ten answers under it: arrows choose, Enter takes (the first, unless chosen), Esc
 * clears.
 */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { errorViewOf } from './api.ts';

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
  // Enter was pressed before the answer came (bar-code scanners)
  const [late, setLate] = useState<string | null>(null);
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
      (error) =>
        !stop.signal.aborted && setFound({ words: asked, hits: [], failed: errorViewOf(error).text }),
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

  const hits = found?.words === asked ? found.hits : [];

  function pickOrWait() {
    const hit = hits[at] ?? hits[0];
    if (hit) pick(hit);
    else if (asked !== '' && found?.words !== asked) setLate(asked);
  }

  function move(step: 1 | -1) {
    if (step === 1 && asked === '') props.onDown?.();
    else if (hits.length > 0) setAt((was) => (was + step + hits.length) % hits.length);
  }

  const onKey: Record<string, () => void> = {
    Enter: pickOrWait,
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  };

  function onKeyDown(event: KeyboardEvent) {
    if (event.isComposing) return;
    if (event.key === 'Escape' && words !== '') {
      event.stopPropagation();
      clear();
    }
    const act = onKey[event.key];
    if (!act) return;
    event.preventDefault();
    act();
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
