import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Name } from './plan.ts';

/** A process that is killed and started again. */
export interface Life {
  running(): boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
  log(): string;
}

export class Victim {
  readonly name: Name;
  #life: Life;
  readonly #again: () => Promise<Life>;
  #dying = false;
  #past = '';

  constructor(name: Name, life: Life, again: () => Promise<Life>) {
    this.name = name;
    this.#life = life;
    this.#again = again;
  }

  /** False from the kill until it has come back. */
  get up(): boolean {
    return !this.#dying;
  }

  /** SIGKILL, and its end. */
  async kill(): Promise<void> {
    if (!this.#life.running()) throw new Error(`the ${this.name} had ended by itself: ${this.#life.log()}`);
    this.#dying = true;
    await this.#life.stop('SIGKILL');
  }

  /** A pause, `before` while it is still dead, and a new life. */
  async revive(pause_ms: number, before: () => void): Promise<void> {
    await sleep(pause_ms);
    before();
    this.#past += this.#life.log();
    this.#life = await this.#again();
    this.#dying = false;
  }

  /** All that any of its lives said. */
  log(): string {
    return this.#past + this.#life.log();
  }

  end(signal?: NodeJS.Signals): Promise<void> {
    return this.#life.stop(signal);
  }
}

/** Waits more exactly than a timer does, for waits that are short. */
export async function exactly(ms: number): Promise<void> {
  const end = performance.now() + ms;
  if (ms > 100) await sleep(ms - 50);
  while (performance.now() < end) await turn();
}
