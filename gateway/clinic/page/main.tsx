import { render } from 'preact';
import type { Ports } from './shared/ports.ts';
import { App } from './shell/app.tsx';
import './style/index.ts';

/** The only place of the page that reaches for clock, randomness, storage and network. */
const ports: Ports = {
  fetch: (path, init) => fetch(path, init),
  events: (path) => new EventSource(path),
  newId: () => crypto.randomUUID(),
  ticks: () => performance.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  storage: sessionStorage,
};

const root = document.getElementById('page');
if (root) render(<App ports={ports} />, root);
