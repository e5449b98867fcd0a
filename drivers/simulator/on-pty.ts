/**
 * A simulated device on a serial cable that can be pulled and plugged in again; for `npm start` and tests.
 * A process that is started while the cable is in inherits the terminal, and sees a pull as silence.
 */
import type { Channel } from '../contract.ts';
import { PtyPlug } from './pty.ts';

export class OnPty<Simulator extends { attach(channel: Channel): void }> {
  readonly simulator: Simulator;
  readonly #plug: PtyPlug;

  /** `link` is the stable path the gateway is given, e.g. `<dir>/idcard`. */
  constructor(simulator: Simulator, link: string) {
    this.simulator = simulator;
    this.#plug = new PtyPlug(link);
  }

  get link(): string {
    return this.#plug.link;
  }
  /** The terminal behind the link now, or null while the cable is out. */
  get path(): string | null {
    return this.#plug.path;
  }

  async plugIn(): Promise<void> {
    if (this.#plug.path !== null) return;
    this.simulator.attach(await this.#plug.plugIn());
  }

  pull(): Promise<void> {
    return this.#plug.pull();
  }
}
