/** 谁: the person, how they stand, and what is left of this year. */
import type { VisitView } from '../../api/views/types.ts';
import { Code } from '../shared/code.tsx';

export function Who(props: { visit: VisitView; frozen: boolean; onClose(): void; onOther(): void }) {
  const { person } = props.visit;
  return (
    <section class="who" inert={props.frozen} aria-labelledby="who-title">
      <h2 id="who-title" class="column">
        谁
      </h2>
      <div class="who-facts">
        <p class="person">
          <b data-test="person-name">{person.psn_name}</b>
          <span>
            {person.gend} {person.age !== null && `${person.age} 岁`}
          </span>
        </p>
        {person.certno_masked && (
          <p class="small" data-test="person-certno">
            {person.certno_masked}
          </p>
        )}
        <ul class="standing" data-test="standing">
          {person.standing.map((one) => (
            <li key={one.text} data-ok={one.ok}>
              <span class="mark" aria-hidden="true">
                {one.ok ? '✓' : '！'}
              </span>
              {one.text}
            </li>
          ))}
        </ul>
        {person.self_pay && (
          <p class="self-pay" data-test="self-pay">
            {person.self_pay.text} <Code number={person.self_pay.number} />
          </p>
        )}
        {person.left.length > 0 && (
          <>
            <h3>今年还能报</h3>
            <dl class="left" data-test="left">
              {person.left.map((one) => (
                <div key={one.title}>
                  <dt>{one.title}</dt>
                  <dd>{one.amount ?? '不封顶'}</dd>
                  <dd class="small">{/^0(\.0*)?$/.test(one.amount ?? '') ? one.text : `已用 ${one.used}`}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </div>
      <div class="who-acts">
        <button type="button" data-test="other" onClick={props.onOther}>
          看另一位
        </button>
        <button type="button" data-test="close-visit" onClick={props.onClose}>
          不看了
        </button>
      </div>
    </section>
  );
}
