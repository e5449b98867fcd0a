/**
 * The other side: a reader with its SAM, on any Channel. It behaves as readers do, also where that is
 * awkward: a card that was read is not found again until it was lifted, whether or not the host got it.
 */
import type { Channel } from '../contract.ts';
import { type CardContents, encodeText } from './card.ts';
import { type CommandName, commandOf, encodeReply, FrameDecoder, SW3 } from './codec.ts';
import { PHOTO_BYTES } from './text.ts';

export type SdtMischief =
  /** One bit of the answer is wrong. */
  | { readonly kind: 'checksum' }
  /** Only so many bytes of the answer are sent; then `then` is called, e.g. to pull the cable. */
  | { readonly kind: 'half'; readonly bytes: number; readonly then?: () => void }
  | { readonly kind: 'silence' }
  /** These bytes come before the answer. */
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array }
  /** These bytes come right after the answer. */
  | { readonly kind: 'echo'; readonly bytes: Uint8Array }
  /** The answer is this "no". */
  | { readonly kind: 'refuse'; readonly sw3: number }
  /** The answer is kept back and sent just before the next one. */
  | { readonly kind: 'late' };

export class SdtSimulator {
  readonly samId: Uint8Array;
  /** Commands understood, answers sent. */
  readonly counters: Record<string, number> = {};
  /** Off, it takes and sends nothing, though the cable is in. */
  powered = true;
  /** Some readers find a lying card again and again. */
  findsAgain = false;
  #card: CardContents | null = null;
  #state: 'new' | 'found' | 'selected' | 'given' = 'new';
  #mischief: { on: CommandName | 'any'; what: SdtMischief; times: number } | null = null;
  #late: Uint8Array[] = [];

  /** Sixteen bytes; the default is an invented reader. */
  constructor(samId: Uint8Array = Buffer.from('050003008178330140e2010015cd5b07', 'hex')) {
    this.samId = samId;
  }

  attach(channel: Channel): void {
    const decoder = new FrameDecoder();
    channel.onData((bytes) => {
      for (const event of decoder.push(bytes)) {
        const command = event.kind === 'frame' ? commandOf(event.body) : null;
        if (this.powered) void this.#answer(channel, command).catch(() => undefined);
      }
    });
  }

  putCard(card: CardContents): void {
    this.#card = card;
    this.#state = 'new';
  }

  liftCard(): void {
    this.#card = null;
    this.#state = 'new';
  }

  get card(): CardContents | null {
    return this.#card;
  }

  /** The next `times` answers to `on` go wrong; Infinity until `behave`. */
  misbehave(on: CommandName | 'any', what: SdtMischief, times = 1): void {
    this.#mischief = { on, what, times };
  }

  behave(): void {
    this.#mischief = null;
  }

  async #answer(channel: Channel, command: CommandName | null): Promise<void> {
    this.#count(command ?? 'unknown');
    const mischief = this.#mischiefFor(command);
    if (mischief?.kind === 'refuse') return channel.write(encodeReply(mischief.sw3));
    const answer = command ? this.#obey(command) : encodeReply(SW3.badCommand);
    if (!mischief) return channel.write(Buffer.concat([...this.#late.splice(0), answer]));
    if (mischief.kind === 'late') this.#late.push(answer);
    if (mischief.kind === 'garbage') await channel.write(Buffer.concat([mischief.bytes, answer]));
    if (mischief.kind === 'echo') {
      await channel.write(answer);
      await channel.write(mischief.bytes);
    }
    if (mischief.kind === 'checksum') await channel.write(withWrongBit(answer));
    if (mischief.kind === 'half') {
      await channel.write(answer.subarray(0, mischief.bytes));
      mischief.then?.();
    }
  }

  #obey(command: CommandName): Uint8Array {
    switch (command) {
      case 'reset':
        this.#state = 'new';
        return encodeReply(SW3.ok);
      case 'status':
        return encodeReply(SW3.ok);
      case 'samId':
        return encodeReply(SW3.ok, this.samId);
      case 'find':
        if (!this.#card || (this.#state === 'given' && !this.findsAgain)) return encodeReply(SW3.noCard);
        this.#state = 'found';
        return encodeReply(SW3.found, new Uint8Array(4));
      case 'select':
        if (!this.#card || this.#state !== 'found') return encodeReply(SW3.selectFailed);
        this.#state = 'selected';
        return encodeReply(SW3.ok, new Uint8Array(8));
      case 'read':
        return this.#read();
    }
  }

  #read(): Uint8Array {
    if (!this.#card || this.#state !== 'selected') return encodeReply(SW3.readFailed);
    this.#state = 'given';
    const lengths = Uint8Array.of(1, 0, 4, 0);
    // The photo is in a format of its own that nothing here reads; its size is what matters.
    return encodeReply(
      SW3.ok,
      Buffer.concat([lengths, encodeText(this.#card), Buffer.alloc(PHOTO_BYTES, 0x5a)]),
    );
  }

  #mischiefFor(command: CommandName | null): SdtMischief | null {
    const planned = this.#mischief;
    if (!planned || (planned.on !== 'any' && planned.on !== command)) return null;
    planned.times -= 1;
    if (planned.times <= 0) this.#mischief = null;
    return planned.what;
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}

function withWrongBit(frame: Uint8Array): Uint8Array {
  const wrong = Uint8Array.from(frame);
  const middle = 7 + ((frame.length - 7) >> 1);
  wrong[middle] = (wrong[middle] ?? 0) ^ 0x01;
  return wrong;
}
