/** Who is there: a name by big button, then the PIN by pad or keyboard. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ErrorView, OperatorView, SessionView } from '../../api/views/types.ts';
import { errorViewOf } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { Words } from '../shared/words.tsx';

const PAD = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const PIN_LENGTH_MAX = 12;
const AGAIN_MS = 2_000;

export function Login(props: { last: string | null; why: string | null; onIn(session: SessionView): void }) {
  const { api, ports } = usePage();
  const [operators, setOperators] = useState<OperatorView[] | null>(null);
  const [opter, setOpter] = useState(props.last);
  const [pin, setPin] = useState('');
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    let stopped = false;
    const ask = async () => {
      while (!stopped) {
        try {
          const list = await api.operators();
          setOperators(list);
          setOpter((was) => was ?? (list.length === 1 ? (list[0]?.opter ?? null) : null));
          setWrong(null);
          return;
        } catch (error) {
          setWrong(errorViewOf(error));
          await ports.wait(AGAIN_MS);
        }
      }
    };
    void ask();
    return () => {
      stopped = true;
    };
  }, [api, ports]);

  useEffect(() => {
    if (opter && operators) field.current?.focus();
  }, [opter, operators]);

  async function signIn() {
    if (!opter || pin === '' || asking) return;
    setAsking(true);
    try {
      props.onIn(await api.logIn(opter, pin));
    } catch (error) {
      setWrong(errorViewOf(error));
      setPin('');
      field.current?.focus();
    }
    setAsking(false);
  }

  const type = (digit: string) => setPin((was) => (was + digit).slice(0, PIN_LENGTH_MAX));
  return (
    <main class="login">
      <form
        class="login-box"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <section aria-labelledby="who-are-you">
          <h1 id="who-are-you">村医通</h1>
          <p>{props.why ?? '先点自己的名字，再输密码。'}</p>
          <div class="names">
            {operators?.map((one) => (
              <button
                key={one.opter}
                type="button"
                class="name"
                aria-pressed={one.opter === opter}
                data-test="login-opter"
                data-opter={one.opter}
                onClick={() => {
                  setOpter(one.opter);
                  setPin('');
                  setWrong(null);
                  field.current?.focus();
                }}
              >
                {one.opter_name}
              </button>
            ))}
            {!operators && <p>正在打开…</p>}
          </div>
          {wrong && <Words view={wrong} test="login-problem" />}
        </section>
        <section class="pin-side" aria-label="密码">
          <label class="pin-label" for="pin">
            密码
          </label>
          <input
            id="pin"
            ref={field}
            data-test="pin"
            type="password"
            inputMode="numeric"
            autocomplete="off"
            value={pin}
            onInput={(event) => setPin(event.currentTarget.value.replace(/\D/g, '').slice(0, PIN_LENGTH_MAX))}
          />
          <div class="pad">
            {PAD.map((digit) => (
              <button key={digit} type="button" tabIndex={-1} onClick={() => type(digit)}>
                {digit}
              </button>
            ))}
            <button type="button" tabIndex={-1} onClick={() => setPin((was) => was.slice(0, -1))}>
              退格
            </button>
            <button type="button" tabIndex={-1} onClick={() => type('0')}>
              0
            </button>
            <button type="submit" class="go" data-test="sign-in" aria-disabled={!opter || pin === ''}>
              {asking ? '正在看…' : '进入'}
            </button>
          </div>
        </section>
      </form>
    </main>
  );
}
