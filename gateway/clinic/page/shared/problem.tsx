/** What must be mended, said where it is; its number small, for the telephone. */
import type { NoticeView } from '../../api/views/types.ts';
import { Code } from './code.tsx';

export function Problem({ problem }: { problem: NoticeView }) {
  return (
    <p class="at-line" data-test="problem" data-code={problem.code}>
      <span class="mark" aria-hidden="true">
        ！
      </span>
      {problem.text} <Code number={problem.number} />
      {problem.said && <small> {problem.said}</small>}
    </p>
  );
}
