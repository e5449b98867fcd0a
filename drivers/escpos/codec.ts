/**
 * ESC/POS as a printer answers it: pure. Four kinds of answer come on one line without numbers, and the
 * fixed bits tell them apart: real-time status (b & 0x93 = 0x12), the answer to GS r (b & 0x90 = 0), a text
 * of GS I, which begins with '_' and ends with NUL, and automatic status: four bytes that nobody asked for,
 * the first with b & 0x93 = 0x10, the others like answers to GS r.
 */
import type { DriverErrorCode } from '../errors.ts';

/** DLE EOT n: answered at once, also by a printer that is stopped. */
export const askStatus = (n: 1 | 2 | 3 | 4): Uint8Array => Uint8Array.of(0x10, 0x04, n);
/** GS r 1: answered when the printer has worked through everything before it. That is how we know. */
export const ASK_COMPLETION = Uint8Array.of(0x1d, 0x72, 0x01);
/** GS I n: model, serial number, firmware. */
export const askIdentity = (n: number): Uint8Array => Uint8Array.of(0x1d, 0x49, n);
export const IDENTITY = { firmware: 0x41, model: 0x43, serial: 0x44 } as const;

const isStatusByte = (byte: number): boolean => (byte & 0x93) === 0x12;
const isAutomaticStart = (byte: number): boolean => (byte & 0x93) === 0x10;
const isCompletionByte = (byte: number): boolean => (byte & 0x90) === 0;

/** The four status bytes as they came. */
export interface RawStatus {
  readonly printer: number;
  readonly offline: number;
  readonly error: number;
  readonly paper: number;
}

export const STATUS_BITS = {
  printerOffline: 0x08,
  coverOpen: 0x04,
  paperStop: 0x20,
  offlineError: 0x40,
  anyError: 0x04 | 0x08 | 0x20 | 0x40,
  paperNearEnd: 0x0c,
  paperEnd: 0x60,
} as const;

/** Why nothing can be printed now; null when it can. */
export function troubleOf(status: RawStatus): DriverErrorCode | null {
  // The cover first: while it is open some models still report the paper as it was before.
  if (status.offline & STATUS_BITS.coverOpen) return 'PRINTER_COVER_OPEN';
  if (status.offline & STATUS_BITS.paperStop || status.paper & STATUS_BITS.paperEnd)
    return 'PRINTER_PAPER_END';
  if (status.offline & STATUS_BITS.offlineError || status.error & STATUS_BITS.anyError)
    return 'PRINTER_ERROR';
  if (status.printer & STATUS_BITS.printerOffline) return 'PRINTER_OFFLINE';
  return null;
}

export const isPaperLow = (status: RawStatus): boolean => (status.paper & STATUS_BITS.paperNearEnd) !== 0;

export type Answer =
  | { readonly kind: 'status'; readonly byte: number }
  | { readonly kind: 'automatic'; readonly status: RawStatus }
  | { readonly kind: 'completion' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'garbage' };

const TEXT_MARK = 0x5f;
const TEXT_BYTES_MAX = 80;

const AUTOMATIC_BYTES = 4;
const AUTOMATIC_BITS = { offline: 0x08, coverOpen: 0x20, anyError: 0x6c, nearEnd: 0x03, paperEnd: 0x0c };

/** Automatic status in the bits of the real-time one. */
function automaticStatus([state = 0, error = 0, paper = 0]: readonly number[]): RawStatus {
  const bits = (byte: number, of: number, as: number): number => (byte & of ? as : 0);
  return {
    printer: bits(state, AUTOMATIC_BITS.offline, STATUS_BITS.printerOffline),
    offline: bits(state, AUTOMATIC_BITS.coverOpen, STATUS_BITS.coverOpen),
    error: error & AUTOMATIC_BITS.anyError,
    paper:
      bits(paper, AUTOMATIC_BITS.nearEnd, STATUS_BITS.paperNearEnd) |
      bits(paper, AUTOMATIC_BITS.paperEnd, STATUS_BITS.paperEnd),
  };
}

/** Sorts the bytes of a printer into answers; keeps at most one unfinished text or automatic status. */
export class AnswerReader {
  #text: number[] | null = null;
  #automatic: number[] | null = null;

  push(bytes: Uint8Array): Answer[] {
    const answers: Answer[] = [];
    for (const byte of bytes) {
      const answer = this.#next(byte);
      if (answer) answers.push(answer);
    }
    return answers;
  }

  #next(byte: number): Answer | null {
    if (this.#text) return this.#nextOfText(this.#text, byte);
    if (this.#automatic && isCompletionByte(byte)) return this.#nextOfAutomatic(this.#automatic, byte);
    this.#automatic = null;
    if (isAutomaticStart(byte)) {
      this.#automatic = [byte];
      return null;
    }
    if (byte === TEXT_MARK) {
      this.#text = [];
      return null;
    }
    if (isStatusByte(byte)) return { kind: 'status', byte };
    return { kind: isCompletionByte(byte) ? 'completion' : 'garbage' };
  }

  #nextOfAutomatic(bytes: number[], byte: number): Answer | null {
    bytes.push(byte);
    if (bytes.length < AUTOMATIC_BYTES) return null;
    this.#automatic = null;
    return { kind: 'automatic', status: automaticStatus(bytes) };
  }

  #nextOfText(text: number[], byte: number): Answer | null {
    if (byte !== 0) text.push(byte);
    if (byte !== 0 && text.length < TEXT_BYTES_MAX) return null;
    this.#text = null;
    const printable = String.fromCharCode(...text.filter((code) => code >= 0x20 && code < 0x7f));
    return byte === 0 ? { kind: 'text', text: printable } : { kind: 'garbage' };
  }
}
