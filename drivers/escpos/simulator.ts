/**
 * The other side: an 80 mm receipt printer on any Channel. Real-time status is answered at once, also
 * while it is stopped; everything else waits in its buffer for paper, as in a real one.
 */
import type { Channel, Clock } from '../contract.ts';
import { IDENTITY, STATUS_BITS } from './codec.ts';
import { type Token, Tokenizer } from './tokens.ts';

export interface PrinterSettings {
  readonly clock: Clock;
  /** Time for one line of paper; 0 prints at once. */
  readonly lineMs: number;
  /** What a printer does with the rest of a slip once it has paper again: models differ. */
  readonly afterStop: 'resume' | 'forget';
}

interface PaperSlip {
  /** What was worked through, from one cut to the next. */
  readonly bytes: Uint8Array;
  /** It ended without a cut: power was lost, or the printer forgot the rest. */
  readonly torn: boolean;
}

const BUFFER_TOKENS_MAX = 100_000;
const SLIPS_MAX = 1_000;
const FIXED_BITS = 0x12;

export class EscposSimulator {
  readonly slips: PaperSlip[] = [];
  readonly counters: Record<string, number> = {};
  readonly identity: Record<number, string> = {
    [IDENTITY.model]: 'SIM-80',
    [IDENTITY.serial]: 'S0000001',
    [IDENTITY.firmware]: '1.00',
  };
  coverOpen = false;
  offline = false;
  cutterJammed = false;
  nearEnd = false;
  /** Off, it prints and tells its status, and never answers GS r, as some models. */
  confirms = true;
  /** Above 0, each answer to GS r comes a second time so much later, as from some adapters. */
  repeatsAfterMs = 0;
  /** Off, it takes and sends nothing, though the cable is in. */
  powered = true;
  readonly #settings: PrinterSettings;
  readonly #lines = new Set<Channel>();
  #linesLeft = Number.POSITIVE_INFINITY;
  #waiting: { token: Token; channel: Channel }[] = [];
  #onPaper: Uint8Array[] = [];
  #busy = false;

  constructor(settings: PrinterSettings) {
    this.#settings = settings;
  }

  attach(channel: Channel): void {
    const tokenizer = new Tokenizer();
    this.#lines.add(channel);
    channel.onData((bytes) => {
      if (!this.powered) return;
      for (const token of tokenizer.push(bytes)) this.#receive(token, channel);
      this.#pump();
    });
  }

  get hasPaper(): boolean {
    return this.#linesLeft > 0;
  }

  /** Automatic status: sent without being asked, on every line. */
  tellByItself(status: Uint8Array): void {
    for (const channel of this.#lines) void channel.write(status).catch(() => undefined);
  }

  takePaperOut(): void {
    this.#linesLeft = 0;
  }

  /** The roll ends after so many more lines, in the middle of whatever is printing then. */
  paperEndsAfter(lines: number): void {
    this.#linesLeft = lines;
  }

  putPaperIn(): void {
    this.#linesLeft = Number.POSITIVE_INFINITY;
    this.nearEnd = false;
    this.goOn();
  }

  /** Call after a trouble was taken away (cover closed, cutter freed). */
  goOn(): void {
    if (this.#settings.afterStop === 'forget') this.#forget();
    this.#pump();
  }

  losePower(): void {
    this.powered = false;
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    if (this.#onPaper.some((piece) => piece.includes(0x0a))) this.#keepSlip(true);
    this.#onPaper = [];
  }

  #receive(token: Token, channel: Channel): void {
    if (token.kind === 'status') {
      this.#count('status');
      void channel.write(Uint8Array.of(this.#statusByte(token.bytes[2] ?? 0))).catch(() => undefined);
    } else if (this.#waiting.length < BUFFER_TOKENS_MAX) {
      this.#waiting.push({ token, channel });
    }
  }

  #statusByte(n: number): number {
    const stopped = this.coverOpen || this.offline || this.cutterJammed || !this.hasPaper;
    const bits = [
      0,
      stopped ? STATUS_BITS.printerOffline : 0,
      (this.coverOpen ? STATUS_BITS.coverOpen : 0) |
        (this.hasPaper ? 0 : STATUS_BITS.paperStop) |
        (this.cutterJammed ? STATUS_BITS.offlineError : 0),
      this.cutterJammed ? 0x08 : 0,
      (this.nearEnd || !this.hasPaper ? STATUS_BITS.paperNearEnd : 0) |
        (this.hasPaper ? 0 : STATUS_BITS.paperEnd),
    ];
    return FIXED_BITS | (bits[n] ?? 0);
  }

  #pump(): void {
    while (!this.#busy && this.#canPrint()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#obey(next.token, next.channel);
      if (next.token.kind === 'feed' && this.#settings.lineMs > 0) this.#rest();
    }
  }

  #rest(): void {
    this.#busy = true;
    this.#settings.clock.setTimeout(() => {
      this.#busy = false;
      this.#pump();
    }, this.#settings.lineMs);
  }

  #canPrint(): boolean {
    return this.powered && this.hasPaper && !this.coverOpen && !this.offline && !this.cutterJammed;
  }

  #obey(token: Token, channel: Channel): void {
    const reply = (bytes: Uint8Array): void => void channel.write(bytes).catch(() => undefined);
    if (token.kind === 'completion') {
      this.#count('completion');
      if (!this.confirms) return;
      const answer = Uint8Array.of(this.nearEnd ? 0x03 : 0x00);
      reply(answer);
      if (this.repeatsAfterMs > 0) this.#settings.clock.setTimeout(() => reply(answer), this.repeatsAfterMs);
      return;
    }
    if (token.kind === 'identity') {
      const text = this.identity[token.bytes[2] ?? 0];
      if (text !== undefined) reply(Buffer.from(`_${text}\0`, 'latin1'));
      return;
    }
    this.#onPaper.push(token.bytes);
    if (token.kind === 'feed') this.#linesLeft -= 1;
    // A second cut right after the first cuts nothing.
    if (token.kind === 'cut' && this.#onPaper.length > 1) this.#keepSlip(false);
    else if (token.kind === 'cut') this.#onPaper = [];
  }

  #keepSlip(torn: boolean): void {
    this.slips.push({ bytes: Buffer.concat(this.#onPaper), torn });
    if (this.slips.length > SLIPS_MAX) this.slips.shift();
    this.#onPaper = [];
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
