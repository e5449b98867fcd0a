/** A simulated printer on a serial cable that can be pulled. */
import { PtyPlug } from '../line/pty.ts';
import { EscposSimulator, type PrinterSettings } from './simulator.ts';

export class EscposOnPty {
  readonly printer: EscposSimulator;
  readonly #plug: PtyPlug;

  constructor(settings: PrinterSettings, link: string) {
    this.printer = new EscposSimulator(settings);
    this.#plug = new PtyPlug(link);
  }

  get link(): string {
    return this.#plug.link;
  }

  async plugIn(): Promise<void> {
    if (this.#plug.path !== null) return;
    this.printer.attach(await this.#plug.plugIn());
  }

  pull(): Promise<void> {
    return this.#plug.pull();
  }
}
