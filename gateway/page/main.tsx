import { render } from 'preact';
import { App } from './app.tsx';
import type { Outside } from './outside.ts';
import './style/index.ts';

/** The only place of the page that reaches for clock, randomness, storage and network. */
const outside: Outside = {
  fetch: (path, init) => fetch(path, init),
  events: (path) => new EventSource(path),
  newId: () => crypto.randomUUID(),
  ticks: () => performance.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  shelf: sessionStorage,
};

const root = document.getElementById('page');
if (root) render(<App outside={outside} />, root);
