/** 开什么: the diagnosis, the items, and what is to be mended at each. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Draft, ErrorView, ItemView, QuoteView } from '../../api/views/types.ts';
import { ownErrorView } from '../shared/api.ts';
import { Code } from '../shared/code.tsx';
import { usePage } from '../shared/page-context.ts';
import { Problem } from '../shared/problem.tsx';
import { Search } from '../shared/search.tsx';
import * as forms from './draft-form.ts';
import { Finding } from './finding.tsx';
import { LineRow } from './line.tsx';

interface Gone {
  at: number;
  line: forms.Line;
}

function ItemHit({ item }: { item: ItemView }) {
  return (
    <>
      <span class="hit-name">
        <b>{item.hilist_name}</b> <span class="spec">{item.spec}</span>
      </span>
      <span class="hit-lv" data-lv={item.lv}>
        {item.lv}
      </span>
      <span class="hit-price">
        {item.pric}/{item.unit}
      </span>
    </>
  );
}

/** Types into the search what was typed elsewhere by mistake. */
function searchFor(field: HTMLInputElement | null, text: string): void {
  if (!field) return;
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function Prescribe(props: {
  form: forms.DraftForm;
  last: Draft | null;
  /** What of the last draft can no longer be had, by name. */
  gone: string[];
  quote: QuoteView | null;
  fresh: boolean;
  known: boolean;
  /** The price that took the place of the one that was pressed, and what is different in it. */
  changed: { view: ErrorView; rows: string[] } | null;
  /** Being settled: nothing can be changed. */
  frozen: boolean;
  itemField: RefObject<HTMLInputElement>;
  diagnosisField: RefObject<HTMLInputElement>;
  write(change: (form: forms.DraftForm) => forms.DraftForm): void;
}) {
  const { api } = usePage();
  const { form, quote, write, last } = props;
  const [gone, setGone] = useState<Gone | null>(null);
  useNames(form, write);
  const list = useRef<HTMLOListElement>(null);
  // The newest line is in sight.
  useEffect(() => list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' }), [form.lines.length]);
  const toSearch = () => props.itemField.current?.focus();
  const bad = forms.unreadable(form);

  const priced = quote && props.known && form.lines.length > 0 ? quote : null;
  // A reason that is missing is asked for at what was found.
  const problems = props.fresh && priced ? priced.problems.filter((p) => p.code !== 'REASON_MISSING') : [];
  const ofVisit = problems.filter((p) => p.line === null);
  const findings = priced?.findings ?? [];
  const onReason = (finding: string, reason: string) =>
    write((was) => forms.giveReason(was, finding, reason));

  function problemsAt(at: number) {
    if (bad?.line === at) return [{ ...ownErrorView('NOT_A_NUMBER'), text: bad.text }];
    return problems.filter((p) => p.line === at);
  }

  return (
    <section
      class="prescribe"
      inert={props.frozen}
      aria-labelledby="what-title"
      data-dimmed={!props.fresh && form.lines.length > 0}
    >
      <h2 id="what-title" class="column">
        开什么
      </h2>
      <div class="diagnoses">
        <Search
          label="诊断"
          hotkey="F3"
          placeholder="病名或拼音首字母"
          test="diag-search"
          hitTest="diag-hit"
          nothing="没有找到这个诊断，换个叫法试试。"
          field={props.diagnosisField}
          ask={api.diagnoses}
          keyOf={(hit) => hit.diag_code}
          show={(hit) => (
            <>
              <span class="hit-name">{hit.diag_name}</span>
              <span class="hit-price small">{hit.diag_code}</span>
            </>
          )}
          onPick={(hit) => write((was) => forms.addDiagnosis(was, hit))}
          onDown={toSearch}
        />
        <ul class="chips" aria-label="已写的诊断">
          {form.diagnoses.map((one) => (
            <li key={one.diag_code} data-test="diag" data-code={one.diag_code}>
              {one.diag_name || one.diag_code}
              <button
                type="button"
                aria-label={`去掉诊断 ${one.diag_name}`}
                onClick={() => write((was) => forms.removeDiagnosis(was, one.diag_code))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div class="item-row">
        <Search
          label="开药"
          hotkey="F2"
          placeholder="药名、拼音首字母、编码，或扫条码"
          test="item-search"
          hitTest="item-hit"
          nothing="目录里没有找到，换个叫法或编码试试。"
          field={props.itemField}
          ask={api.catalogue}
          keyOf={(hit) => hit.med_list_codg}
          show={(hit) => <ItemHit item={hit} />}
          onPick={(hit) => {
            setGone(null);
            write((was) => forms.addItem(was, hit));
          }}
          onDown={() =>
            document.querySelector<HTMLInputElement>('[data-line="0"] [data-test="line-cnt"]')?.focus()
          }
        />
        {last && last.items.length > 0 && (
          <button
            type="button"
            class="repeat"
            data-test="repeat"
            onClick={() => write((was) => forms.addLast(was, last))}
          >
            照上次开 <kbd>F4</kbd>
          </button>
        )}
        {props.gone.length > 0 && <p class="small">上次的{props.gone.join('、')}，目录里没有了。</p>}
      </div>
      {props.changed && (
        <div class="changed" role="alert" data-test="quote-changed">
          <p>
            {props.changed.view.text} <Code number={props.changed.view.number} />
          </p>
          <p>
            {props.changed.rows.map((row) => (
              <b key={row}>{row}。</b>
            ))}
            {props.changed.rows.length === 0 && <b>金额没有变。</b>}
          </p>
        </div>
      )}
      {ofVisit.map((problem) => (
        <Problem key={problem.code} problem={problem} />
      ))}
      {findings
        .filter(({ lines }) => lines.length !== 1)
        .map((finding) => (
          <Finding key={finding.key} finding={finding} onReason={(reason) => onReason(finding.key, reason)} />
        ))}
      <ol class="lines" ref={list}>
        {form.lines.map((line, at) => (
          <LineRow
            key={line.med_list_codg}
            at={at}
            line={line}
            known={props.known}
            priced={quote?.items.find((one) => one.med_list_codg === line.med_list_codg)}
            problems={problemsAt(at)}
            findings={findings.filter(({ lines }) => lines.length === 1 && lines[0] === at)}
            onCnt={(cnt) => write((was) => forms.setCnt(was, at, cnt))}
            onDays={(days) => write((was) => forms.setDays(was, at, days))}
            onCode={(code) => write((was) => forms.addCode(was, at, code))}
            onDropCode={(code) => write((was) => forms.dropCode(was, at, code))}
            onOpened={(opened) => write((was) => forms.setOpened(was, at, opened))}
            onOther={(text) => searchFor(props.itemField.current, text)}
            onReason={onReason}
            onRemove={() => {
              setGone({ at, line });
              write((was) => forms.removeLine(was, at));
              toSearch();
            }}
            onDone={toSearch}
          />
        ))}
      </ol>
      {gone && (
        <p class="undo" role="status">
          去掉了 {gone.line.item?.hilist_name ?? '一行'}
          <button
            type="button"
            data-test="put-back"
            onClick={() => {
              write((was) => forms.putBack(was, gone.at, gone.line));
              setGone(null);
            }}
          >
            放回去
          </button>
        </p>
      )}
      {priced && priced.why.length + priced.parts.length > 0 && (
        <div class="whole-why" data-test="visit-why">
          {priced.why.map((text) => (
            <p key={text}>{text}</p>
          ))}
          <p class="small" data-test="parts">
            {priced.parts.map((part) => `${part.title} ${part.amount}`).join(' · ')}
          </p>
        </div>
      )}
    </section>
  );
}

/** 照上次开 brings codes only: names, prices and days per unit are looked up. */
function useNames(
  form: forms.DraftForm,
  write: (change: (form: forms.DraftForm) => forms.DraftForm) => void,
) {
  const { api } = usePage();
  const nameless = form.diagnoses.filter((d) => d.diag_name === '').map((d) => d.diag_code);
  const unknown = form.lines.filter((l) => !l.item).map((l) => l.med_list_codg);
  const wanted = [...nameless, ...unknown].join(' ');
  useEffect(() => {
    const giveUp = () => undefined; // the code stands where the name would
    for (const code of nameless) {
      void api.diagnoses(code).then((hits) => {
        const hit = hits.find((one) => one.diag_code === code);
        if (hit) write((was) => forms.named(was, hit));
      }, giveUp);
    }
    for (const code of unknown) {
      void api.catalogue(code).then((hits) => {
        const item = hits.find((one) => one.med_list_codg === code);
        if (item) write((was) => forms.known(was, item));
      }, giveUp);
    }
  }, [wanted]);
}
