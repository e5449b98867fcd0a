/** 追溯码 of one line's packs: a scanner types the code and Enter. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Line } from './draft-form.ts';

export function TraceCodes(props: {
  name: string;
  line: Line;
  onCode(code: string): void;
  onDrop(code: string): void;
  onOpened(opened: boolean): void;
}) {
  const { name, line } = props;
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // The pack is in the hand now: the next thing scanned is its code.
  useEffect(() => {
    if (line.codes.length === 0) field.current?.focus();
  }, []);
  const take = () => {
    if (typed.trim() !== '') props.onCode(typed.trim());
    setTyped('');
  };
  return (
    <div class="codes">
      <label>
        追溯码{' '}
        <input
          ref={field}
          type="text"
          inputMode="numeric"
          autocomplete="off"
          maxLength={40}
          placeholder="扫盒子上的追溯码"
          aria-label={`${name} 追溯码`}
          data-test="trace-code"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            take();
          }}
        />
      </label>
      {line.codes.map((code) => (
        <button
          key={code}
          type="button"
          class="quiet"
          aria-label={`去掉追溯码 ${code}`}
          data-test="trace-code-one"
          onClick={() => props.onDrop(code)}
        >
          …{code.slice(-6)} ×
        </button>
      ))}
      <label class="opened">
        <input
          type="checkbox"
          checked={line.opened}
          data-test="trace-opened"
          onChange={(event) => props.onOpened(event.currentTarget.checked)}
        />{' '}
        拆零
      </label>
    </div>
  );
}
