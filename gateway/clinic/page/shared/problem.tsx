/** What must be mended, said where it is; the code small, for the telephone. */
export function Problem({ problem }: { problem: { code: string; text: string } }) {
  return (
    <p class="at-line" data-test="problem" data-code={problem.code}>
      <span class="mark" aria-hidden="true">
        ！
      </span>
      {problem.text} <small class="code">代号 {problem.code}</small>
    </p>
  );
}
