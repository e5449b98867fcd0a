/**
 * The demo panel: puts cards down, takes paper out, cuts the link. It drives the simulated devices only and knows
 * nothing of the gateway. It talks to its own origin: GET /panel/state, GET /panel/events, POST /panel/act.
 *
 * For tests: panel-card (data-card) · panel-card-now · panel-card-up · panel-bad-frame · panel-half-frame · panel-reader
 * panel-paper · panel-cover · panel-link (data-on) · panel-slip (data-reprint) · panel-slip-count · panel-pin-hint · panel-said
 */
const at = (id) => document.getElementById(id);

/** The four switches: which part of the state they show, what to say, what to do. */
const SWITCHES = [
  {
    id: 'reader',
    on: (state) => state.reader.plugged,
    words: ['拔掉读卡器', '读卡器拔了，插上'],
    acts: ['reader-pull', 'reader-plug'],
  },
  {
    id: 'paper',
    on: (state) => state.printer.paper !== 'out',
    words: ['拿走打印纸', '没纸了，装上纸'],
    acts: ['paper-out', 'paper-in'],
  },
  {
    id: 'cover',
    on: (state) => !state.printer.cover,
    words: ['打开打印机盖', '盖开着，合上'],
    acts: ['cover-open', 'cover-close'],
  },
  {
    id: 'link',
    on: (state) => state.link.up,
    words: ['剪断去乡镇的网', '网断了，接上'],
    acts: ['link-cut', 'link-join'],
  },
];

async function act(body) {
  try {
    const response = await fetch('/panel/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    at('said').textContent = response.ok ? '' : `没有做成（${response.status}）。`;
    if (response.ok) await ask();
  } catch {
    at('said').textContent = '没有做成：演示面板连不上。';
  }
}

async function ask() {
  try {
    const response = await fetch('/panel/state');
    if (response.ok) show(await response.json());
  } catch {
    at('silent').hidden = false;
  }
}

function element(tag, text, data = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  Object.assign(made.dataset, data);
  return made;
}

function show(state) {
  at('pin-hint').textContent = state.pin_hint ?? '';
  const { card } = state.reader;
  at('card-now').textContent = card ? `读卡器上放着 ${card.name} 的卡` : '读卡器上没有卡';
  showCards(state.cards);
  for (const one of SWITCHES) {
    const on = one.on(state);
    at(one.id).textContent = one.words[on ? 0 : 1];
    at(one.id).dataset.on = String(on);
    at(one.id).onclick = () => act({ act: one.acts[on ? 0 : 1] });
  }
  showSlips(state.printer.slips);
}

let cardsShown = '';

function showCards(cards) {
  const key = JSON.stringify(cards);
  if (key === cardsShown) return; // what is being pressed must not be replaced under the finger
  cardsShown = key;
  at('cards').replaceChildren(
    ...cards.map((card) => {
      const button = element('button', card.name, { test: 'panel-card', card: card.id });
      button.type = 'button';
      button.append(element('small', card.note));
      button.addEventListener('click', () => act({ act: 'card-down', card: card.id }));
      return button;
    }),
  );
}

let slipsShown = '';

/** The newest on top, whichever way they come. */
function showSlips(slips) {
  const key = JSON.stringify(slips);
  if (key === slipsShown) return;
  slipsShown = key;
  const newest = [...slips].sort((a, b) => b.at.localeCompare(a.at));
  at('slip-count').textContent = slips.length === 0 ? '还没有' : `${slips.length} 张`;
  at('slips').replaceChildren(
    ...newest.map((slip) =>
      element('pre', slip.lines.join('\n'), { test: 'panel-slip', reprint: String(Boolean(slip.reprint)) }),
    ),
  );
  at('slips').scrollTop = 0;
}

for (const button of document.querySelectorAll('[data-act]')) {
  button.addEventListener('click', () => act({ act: button.dataset.act }));
}

function listen() {
  const source = new EventSource('/panel/events');
  source.addEventListener('state', (event) => show(JSON.parse(event.data)));
  source.onopen = () => {
    at('silent').hidden = true;
    void ask();
  };
  source.onerror = () => {
    at('silent').hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1_000);
  };
}

void ask();
listen();
