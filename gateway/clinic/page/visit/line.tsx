/** One line of the form: how many, how many days, what it costs, what is paid of it, and why. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ErrorView, FindingView, QuoteView } from '../../api/views/types.ts';
import { PRD_DAYS_MAX } from '../../visit/limits.ts';
import { Problem } from '../shared/problem.tsx';
import { CNT_MAX, type Line, stepped } from './draft-form.ts';
import { Finding } from './finding.tsx';
import { TraceCodes } from './trace-codes.tsx';

type Priced = QuoteView['items'][number];

interface Amount {
  name: string;
  unit: string;
  test: string;
  value: string;
  /** The steps go no further. */
  most: number;
  onValue(value: string): void;
  onUpDown(by: 1 | -1): void;
  onDone(): void;
}

function Stepper(props: Amount) {
  const set = (by: 1 | -1) => props.onValue(stepped(props.value, by, props.most));
  return (
    <span class="stepper">
      <button
        type="button"
        tabIndex={-1}
        aria-label={`${props.name} 少一`}
        data-test={`${props.test}-less`}
        onClick={() => set(-1)}
      >
        −
      </button>
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        maxLength={7}
        aria-label={props.name}
        data-test={props.test}
        value={props.value}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => props.onValue(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined;
          const step = { '+': 1, '=': 1, '-': -1 }[event.key] as 1 | -1 | undefined;
          if (by) props.onUpDown(by);
          else if (step) set(step);
          else if (event.key === 'Enter') props.onDone();
          else return;
          event.preventDefault();
        }}
      />
      <button
        type="button"
        tabIndex={-1}
        aria-label={`${props.name} 多一`}
        data-test={`${props.test}-more`}
        onClick={() => set(1)}
      >
        ＋
      </button>
      <span class="unit">{props.unit}</span>
    </span>
  );
}

export function LineRow(props: {
  at: number;
  line: Line;
  priced: Priced | undefined;
  /** The price is that of this moment, or will be in a moment. */
  known: boolean;
  problems: ErrorView[];
  findings: FindingView[];
  onCnt(cnt: string): void;
  onDays(days: string): void;
  onCode(code: string): void;
  onDropCode(code: string): void;
  onOpened(opened: boolean): void;
  onOther(text: string): void;
  onReason(finding: string, reason: string): void;
  onRemove(): void;
  onDone(): void;
}) {
  const [open, setOpen] = useState(false);
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => told.current?.scrollIntoView({ block: 'nearest' }), [open]);
  const { at, line, priced } = props;
  const name = priced?.hilist_name ?? line.item?.hilist_name ?? line.med_list_codg;
  const spec = priced?.spec ?? line.item?.spec ?? '';
  const whyId = `why-${at}`;
  // A price of another quantity is none of this line.
  const isCurrent = props.known && priced?.cnt === line.cnt;
  // Up and down go to the same field of the neighbouring line.
  const upDown = (test: string) => (by: 1 | -1) =>
    document.querySelector<HTMLInputElement>(`[data-line="${at + by}"] [data-test="${test}"]`)?.focus();
  return (
    <li class="line" data-test="line" data-line={at} data-item={line.med_list_codg}>
      <div class="line-head">
        <span class="line-name">
          {at + 1}. <b>{name}</b> <span class="spec">{spec}</span>
        </span>
        <button
          type="button"
          class="quiet"
          aria-label={`去掉 ${name}`}
          data-test="line-remove"
          onClick={props.onRemove}
        >
          去掉
        </button>
      </div>
      <div class="line-body">
        <Stepper
          name={`${name} 数量`}
          unit={priced?.unit ?? line.item?.unit ?? ''}
          test="line-cnt"
          value={line.cnt}
          most={CNT_MAX}
          onValue={props.onCnt}
          onUpDown={upDown('line-cnt')}
          onDone={props.onDone}
        />
        {line.days !== '' || line.daysByHand ? (
          <Stepper
            name={`${name} 天数`}
            unit="天"
            test="line-days"
            value={line.days}
            most={PRD_DAYS_MAX}
            onValue={props.onDays}
            onUpDown={upDown('line-days')}
            onDone={props.onDone}
          />
        ) : (
          <button type="button" class="quiet" data-test="line-days-add" onClick={() => props.onDays('')}>
            写天数
          </button>
        )}
        {priced && (
          <span class="line-money">
            <span data-test="line-fee">{isCurrent ? priced.det_item_fee_sumamt : '—'}</span>
            <span>
              报 <b data-test="line-fund">{(isCurrent && priced.fund) || '—'}</b>
            </span>
            <button
              type="button"
              class="why"
              aria-expanded={open}
              aria-controls={whyId}
              data-test="line-why"
              onClick={() => setOpen(!open)}
            >
              为什么？
            </button>
          </span>
        )}
      </div>
      {(line.item?.trac_required || line.codes.length > 0) && (
        <TraceCodes
          name={name}
          line={line}
          onCode={props.onCode}
          onDrop={props.onDropCode}
          onOpened={props.onOpened}
          onOther={props.onOther}
        />
      )}
      {props.problems.map((problem) => (
        <Problem key={problem.code} problem={problem} />
      ))}
      {props.findings.map((finding) => (
        <Finding
          key={finding.key}
          finding={finding}
          onReason={(reason) => props.onReason(finding.key, reason)}
        />
      ))}
      {priced && isCurrent && open && (
        <div id={whyId} ref={told} class="why-text" data-test="why-text">
          <p>{priced.why}</p>
          {priced.sources.map((source) => (
            <p key={source} class="source">
              {source}
            </p>
          ))}
        </div>
      )}
    </li>
  );
}
