/**
 * SDT/SAM frames of second-generation identity-card readers: pure, bytes to meaning and back.
 *
 *   to the reader    AA AA AA 96 69 | LEN hi lo | CMD PARA         | CHK
 *   from the reader  AA AA AA 96 69 | LEN hi lo | SW1 SW2 SW3 DATA | CHK
 *
 * LEN counts what follows it, CHK included; CHK is the XOR of everything from LEN to the last data byte.
 */

const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
const HEADER_BYTES = PREAMBLE.length + 2;
/** SW and CHK and nothing else; of a command, CMD, PARA and CHK. */
const LEN_MIN = 3;
/** Text, photo and two fingerprints: 2321 bytes in all. Nothing longer is a frame. */
const LEN_MAX = 2321 - HEADER_BYTES;

export type CommandName = 'reset' | 'status' | 'samId' | 'find' | 'select' | 'read';

const COMMANDS: Readonly<Record<CommandName, readonly [cmd: number, para: number]>> = {
  reset: [0x10, 0xff],
  status: [0x11, 0xff],
  samId: [0x12, 0xff],
  find: [0x20, 0x01],
  select: [0x20, 0x02],
  read: [0x30, 0x01],
};

/** SW3, the byte of the three that says something. */
export const SW3 = {
  ok: 0x90,
  found: 0x9f,
  noCard: 0x80,
  selectFailed: 0x81,
  readFailed: 0x41,
  badCommand: 0x21,
} as const;

/** What a card does, as against what a reader suffers from: 31, 32, 33, 47 authentication, 91 no content. */
const CARD_SW3 = new Set([0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x81, 0x91]);
export const isCardTrouble = (sw3: number): boolean => CARD_SW3.has(sw3);

export interface Reply {
  readonly sw3: number;
  readonly data: Uint8Array;
}

export function encodeCommand(name: CommandName): Uint8Array {
  return encodeFrame(Uint8Array.from(COMMANDS[name]));
}

export function encodeReply(sw3: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return encodeFrame(Uint8Array.of(0, 0, sw3, ...data));
}

function encodeFrame(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length + 1);
  frame.set(PREAMBLE);
  frame[5] = (body.length + 1) >> 8;
  frame[6] = (body.length + 1) & 0xff;
  frame.set(body, HEADER_BYTES);
  frame[frame.length - 1] = checksum(frame.subarray(5, -1));
  return frame;
}

export function checksum(bytes: Uint8Array): number {
  return bytes.reduce((xor, byte) => xor ^ byte, 0);
}

export function commandOf(body: Uint8Array): CommandName | null {
  if (body.length !== 2) return null;
  for (const [name, [cmd, para]] of Object.entries(COMMANDS)) {
    if (body[0] === cmd && body[1] === para) return name as CommandName;
  }
  return null;
}

export function replyOf(body: Uint8Array): Reply | null {
  const sw3 = body[2];
  return sw3 === undefined || body[0] !== 0 || body[1] !== 0 ? null : { sw3, data: body.subarray(3) };
}

export type Event =
  | { readonly kind: 'frame'; readonly body: Uint8Array }
  /** Looked whole and was not. */
  | { readonly kind: 'checksum' };

/**
 * Finds frames in a stream that may hold anything. It keeps at most one longest frame, and what it finds
 * depends only on the bytes, never on how they were cut. After a wrong checksum it looks again inside the
 * refused bytes, since half a frame makes the next, good one look like its own tail.
 */
export class FrameDecoder {
  readonly #buffer = new Uint8Array(HEADER_BYTES + LEN_MAX);
  #length = 0;
  /** Bytes that belonged to no frame. */
  garbageBytes = 0;

  push(bytes: Uint8Array): Event[] {
    const events: Event[] = [];
    for (const byte of bytes) {
      this.#buffer[this.#length++] = byte;
      this.#settle(events);
    }
    return events;
  }

  /** Part of a frame is waiting for its rest. */
  get pending(): boolean {
    return this.#length > 0;
  }

  reset(): void {
    this.#drop(this.#length);
  }

  #settle(events: Event[]): void {
    while (this.#length > 0) {
      const frameBytes = this.#frameBytes();
      if (frameBytes === null) {
        this.#drop(1);
      } else if (this.#length < frameBytes) {
        return;
      } else {
        this.#take(frameBytes, events);
      }
    }
  }

  /** How long the frame at the start is, or will be; null when none can start here. */
  #frameBytes(): number | null {
    const known = Math.min(this.#length, PREAMBLE.length);
    for (let i = 0; i < known; i++) if (this.#buffer[i] !== PREAMBLE[i]) return null;
    if (this.#length < HEADER_BYTES) return HEADER_BYTES;
    const length = ((this.#buffer[5] ?? 0) << 8) | (this.#buffer[6] ?? 0);
    return length < LEN_MIN || length > LEN_MAX ? null : HEADER_BYTES + length;
  }

  #take(frameBytes: number, events: Event[]): void {
    const frame = this.#buffer.slice(0, frameBytes);
    if (checksum(frame.subarray(5)) !== 0) {
      events.push({ kind: 'checksum' });
      this.#drop(1);
      return;
    }
    events.push({ kind: 'frame', body: frame.subarray(HEADER_BYTES, -1) });
    this.#buffer.copyWithin(0, frameBytes, this.#length);
    this.#length -= frameBytes;
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#length);
    this.#length -= bytes;
    this.garbageBytes += bytes;
  }
}
