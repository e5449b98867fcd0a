/** What went wrong, as a sentence; the code small, for the telephone. */
import type { ErrorView } from '../../api/views/types.ts';

export function Words(props: { view: ErrorView; test?: string; onSeen?(): void }) {
  return (
    <div class="words" role="alert" data-test={props.test ?? 'problem'}>
      <span class="mark" aria-hidden="true">
        ！
      </span>
      <p>
        {props.view.text} <small class="code">代号 {props.view.code}</small>
      </p>
      {props.onSeen && (
        <button type="button" onClick={props.onSeen}>
          知道了
        </button>
      )}
    </div>
  );
}
