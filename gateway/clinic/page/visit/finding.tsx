/** What the audit found: said where it is; a reason by one touch where the doctor has to give one. */
import { useState } from 'preact/hooks';
import type { FindingView } from '../../api/views/types.ts';

const WORD = { deny: '医保不报', confirm: '要写理由', remind: '提醒' } as const;

export function Finding({ finding, onReason }: { finding: FindingView; onReason(reason: string): void }) {
  const { severity, text, source, rule_name, reason } = finding;
  const where = finding.lines.length > 1 ? `第 ${finding.lines.map((at) => at + 1).join('、')} 项：` : '';
  const asks = severity === 'confirm' && reason === null;
  return (
    <div class="finding" data-test="finding" data-severity={severity} data-key={finding.key} data-asks={asks}>
      <p>
        <b>{severity === 'confirm' && !asks ? '已写理由' : WORD[severity]}</b> {where}
        {text}{' '}
        <small class="source" title={source}>
          {rule_name}
        </small>
      </p>
      {asks && <Ask about={text} ready={finding.ready} onReason={onReason} />}
      {severity === 'confirm' && reason !== null && (
        <p data-test="reason-given">
          理由：{reason}{' '}
          <button type="button" class="quiet" data-test="reason-again" onClick={() => onReason('')}>
            改理由
          </button>
        </p>
      )}
    </div>
  );
}

function Ask(props: { about: string; ready: string[]; onReason(reason: string): void }) {
  const { about, ready, onReason } = props;
  const [own, setOwn] = useState('');
  const give = (reason: string) => {
    if (reason.trim() !== '') onReason(reason.trim());
  };
  return (
    <fieldset class="reasons" aria-label={`理由：${about}`}>
      {ready.map((reason) => (
        <button key={reason} type="button" data-test="reason-ready" onClick={() => give(reason)}>
          {reason}
        </button>
      ))}
      <input
        type="text"
        maxLength={100}
        autocomplete="off"
        aria-label="别的理由"
        placeholder="别的理由，写一句"
        data-test="reason-own"
        value={own}
        onInput={(event) => setOwn(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          give(own);
        }}
      />
      {own.trim() !== '' && (
        <button type="button" data-test="reason-own-yes" onClick={() => give(own)}>
          就写这句
        </button>
      )}
    </fieldset>
  );
}
