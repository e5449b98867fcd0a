/** A simulated reader on a cable that can be pulled and plugged in again; used by `npm start` and tests. */
import { PtyPlug } from '../line/pty.ts';
import { SdtSimulator } from './simulator.ts';

export class SdtOnPty {
  readonly reader = new SdtSimulator();
  readonly #plug: PtyPlug;

  /** `link` is the stable path the gateway is given, e.g. `<dir>/idcard`. */
  constructor(link: string) {
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
    this.reader.attach(await this.#plug.plugIn());
  }

  pull(): Promise<void> {
    return this.#plug.pull();
  }
}
