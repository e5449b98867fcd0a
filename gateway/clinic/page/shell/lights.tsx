/** The row that is always there: a light for each device and the township, the clock, who is logged in. */
import { useEffect, useState } from 'preact/hooks';
import type { DeskView, LightView, SessionView } from '../../api/views/types.ts';
import { Code } from '../shared/code.tsx';
import { usePage } from '../shared/page-context.ts';

const MARK = { ok: '✓', busy: '…', attention: '！' };

/** Shown until the gateway has said which devices there are: those of the usual clinic. */
const UNKNOWN: LightView[] = (
  [
    ['identify', '读卡器'],
    ['print', '打印机'],
    ['township', '乡镇'],
  ] as const
).map(([role, title]) => ({
  id: role,
  role,
  title,
  state: 'busy',
  text: `${title} 正在看…`,
  code: null,
  number: null,
}));

/** Nobody answers: how it was is not how it is. */
const unheardOf = (light: LightView): LightView => ({
  ...light,
  state: 'busy',
  text: `${light.title} 不知道`,
  code: null,
});

/** A device's own sentence does not always say which device it is. */
export function lightWords({ title, text }: LightView): string {
  return text.includes(title) ? text : `${title}：${text}`;
}

function Light({ light }: { light: LightView }) {
  const { id, role, state, number } = light;
  return (
    <li class="light" data-state={state} data-test={`${role}-light`} data-device={id}>
      <span class="mark" aria-hidden="true">
        {MARK[state]}
      </span>
      <span>{lightWords(light)}</span>
      {number !== null && state === 'attention' && <Code number={number} />}
    </li>
  );
}

const DAY = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'long',
  day: 'numeric',
});
const WEEKDAY = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', weekday: 'short' });
const TIME = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  hour: 'numeric',
  minute: '2-digit',
  hour12: false,
});

export function clock(instant: string): string {
  return TIME.format(new Date(instant));
}

/** The gateway's clock, carried on by the page's ticks since it was told. */
function Clock({ now, toldAt, onDoubt }: { now: string; toldAt: number; onDoubt(): void }) {
  const { ports } = usePage();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  const at = new Date(Date.parse(now) + ports.ticks() - toldAt);
  return (
    <button type="button" class="clock" data-test="clock" title="日期不对，点这里改" onClick={onDoubt}>
      {DAY.format(at)} {WEEKDAY.format(at)} <b>{TIME.format(at)}</b>
    </button>
  );
}

export function Lights(props: {
  desk: DeskView | null;
  online: boolean;
  deskAt: number;
  session: SessionView;
  today: boolean;
  onToday(): void;
  /** The date is wrong. */
  onDoubt(): void;
  onLock(): void;
}) {
  const { desk } = props;
  return (
    <header class="top">
      <ul class="lights" aria-label="设备和网络" aria-live="polite">
        {(desk?.lights ?? UNKNOWN).map((light) => (
          <Light key={light.id} light={props.online ? light : unheardOf(light)} />
        ))}
      </ul>
      <div class="corner">
        {desk && <Clock now={desk.now} toldAt={props.deskAt} onDoubt={props.onDoubt} />}
        <span class="opter" data-test="opter-name">
          {props.session.opter_name}
        </span>
        <button type="button" data-test="today" aria-pressed={props.today} onClick={props.onToday}>
          今天
        </button>
        <button type="button" data-test="lock" onClick={props.onLock}>
          锁上
        </button>
      </div>
    </header>
  );
}
