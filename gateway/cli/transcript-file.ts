import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from './command.ts';

/** A file that a recording goes into. */
export interface TranscriptFile {
  write(text: string): void;
  /** Resolves with why nothing more is written: the file is full, or cannot be written. */
  readonly ended: Promise<string>;
  close(): void;
}

/**
 * Makes a file that only its owner reads and writes at most about `charactersMax` into it. UsageError when it
 * exists: a recording is never written over.
 */
export function newTranscriptFile(path: string, charactersMax: number): TranscriptFile {
  const file = openNew(path);
  const { promise, resolve } = Promise.withResolvers<string>();
  let left = charactersMax;
  return {
    ended: promise,
    write(text) {
      if (left <= 0) return;
      left -= text.length;
      try {
        writeSync(file, text);
      } catch (error) {
        left = 0;
        resolve(error instanceof Error ? error.message : 'the file cannot be written');
        return;
      }
      if (left <= 0) resolve('the transcript is as long as it may get');
    },
    close: () => closeSync(file),
  };
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (exists) throw new UsageError(`--out ${path} exists already`);
    throw error;
  }
}
