/** What went wrong, as a sentence; its number small, for the telephone. */
import type { ErrorView, NoticeView } from '../../api/views/types.ts';
import { Code } from './code.tsx';

export function Words(props: { view: NoticeView; test?: string; onSeen?(): void }) {
  return (
    <div class="words" role="alert" data-test={props.test ?? 'problem'}>
      <span class="mark" aria-hidden="true">
        ！
      </span>
      <p>
        {props.view.about && <b data-test="about">{props.view.about}：</b>}
        {props.view.text} {waitOf(props.view)} <Code number={props.view.number} />
        {props.view.said && <small data-test="said"> {props.view.said}</small>}
      </p>
      {props.onSeen && (
        <button type="button" onClick={props.onSeen}>
          知道了
        </button>
      )}
    </div>
  );
}

const waitOf = ({ wait_seconds: seconds }: ErrorView) =>
  seconds === undefined ? '' : `还要等 ${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒。`;
