/** 追溯码 of one line's packs: a scanner types the code and Enter. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { SCAN_MAX } from '../../visit/limits.ts';
import { errorViewOf } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import type { Line } from './draft-form.ts';

/** FNC1, which ends a field of a GS1 code: a scanner that is a keyboard sends it as Ctrl+]. */
const GS = '\u001d';

export function TraceCodes(props: {
  name: string;
  line: Line;
  onCode(code: string): void;
  onDrop(code: string): void;
  onOpened(opened: boolean): void;
  /** What was typed is no trace code: a drug, most likely. */
  onOther(text: string): void;
}) {
  const { api } = usePage();
  const { name, line } = props;
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  // The pack is in the hand now: the next thing scanned is its code.
  useEffect(() => {
    if (line.codes.length === 0) field.current?.focus();
  }, []);

  async function take() {
    const text = typed.trim();
    if (text === '') return;
    setTyped('');
    setSaid(null);
    try {
      const { drug_trac_codg, problem } = await api.traceCode(text);
      if (problem === null) return props.onCode(drug_trac_codg);
      setSaid(`“${text}”：${problem.text}已当药名去找。`);
      props.onOther(text);
    } catch (error) {
      setSaid(errorViewOf(error).text);
      setTyped(text);
    }
  }

  return (
    <div class="codes">
      <label>
        追溯码{' '}
        <input
          ref={field}
          type="text"
          autocomplete="off"
          spellcheck={false}
          maxLength={SCAN_MAX}
          placeholder="扫盒子上的追溯码"
          aria-label={`${name} 追溯码`}
          data-test="trace-code"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.ctrlKey && event.key === ']') setTyped(typed + GS);
            else if (event.key === 'Enter') void take();
            else return;
            event.preventDefault();
          }}
        />
      </label>
      {said && (
        <p role="status" data-test="trace-said">
          {said}
        </p>
      )}
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
