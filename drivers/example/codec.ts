/** Bytes of a scanner to the text of codes. Pure. A code ends with CR, LF or both; an empty one is none. */
import type { FrameDecoder } from '../base/frame-reader.ts';
import type { ScanFrame } from '../base/scan-line-device.ts';
import { readAimId } from '../symbology.ts';
import type { ScannerCounter } from './counters.ts';
import type { ScannerProfile } from './profile.ts';

type CodeFrame = ScanFrame<ScannerCounter>;

const CR = 0x0d;
const LF = 0x0a;

export class CodeDecoder implements FrameDecoder<CodeFrame> {
  readonly #aimIds: boolean;
  readonly #held: Uint8Array;
  #length = 0;
  #tooLong = false;

  constructor({ codeBytesMax, aimIds }: Pick<ScannerProfile, 'codeBytesMax' | 'aimIds'>) {
    this.#aimIds = aimIds;
    this.#held = new Uint8Array(codeBytesMax);
  }

  get unfinished(): boolean {
    return this.#length > 0;
  }

  push(bytes: Uint8Array): CodeFrame[] {
    const frames: CodeFrame[] = [];
    for (const byte of bytes) {
      if (byte !== CR && byte !== LF) this.#add(byte);
      else if (this.unfinished) frames.push(this.#end());
    }
    return frames;
  }

  reset(): void {
    this.#length = 0;
    this.#tooLong = false;
  }

  #add(byte: number): void {
    if (this.#length < this.#held.length) this.#held[this.#length++] = byte;
    else this.#tooLong = true;
  }

  #end(): CodeFrame {
    const bytes = this.#held.subarray(0, this.#length);
    const frame: CodeFrame = this.#tooLong ? { refused: 'too_long' } : scanOf(bytes, this.#aimIds);
    this.reset();
    return frame;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function scanOf(bytes: Uint8Array, aimIds: boolean): CodeFrame {
  const text = decode(bytes);
  if (text === null || hasNoise(text)) return { refused: 'unreadable' };
  const scan = aimIds ? readAimId(text) : { text };
  return scan.text === '' ? { refused: 'unreadable' } : scan;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** EOT, TAB, and GS and RS between the fields of GS1 and ISO/IEC 15434; other controls are noise. */
const CONTROLS = new Set(['\u0004', '\t', '\u001d', '\u001e']);
const hasNoise = (text: string): boolean =>
  [...text].some((one) => (one < ' ' || one === '\u007f') && !CONTROLS.has(one));
