import { Listeners } from '../../drivers/base/listeners.ts';
import type { RecordSource } from '../clinic/ports.ts';
import type { DatasetManifest } from '../contract/datasets/manifest.ts';
import type { SigningKey } from '../record/keys.ts';
import { createObjectionsHeld } from '../record/objections.ts';
import { EMPTY_HEAD, type Head, signRecord } from '../record/record.ts';

/** A ledger in memory, for tests of the wire. */
export interface MemorySource extends RecordSource {
  append(kind: string, body: Record<string, unknown>, at?: string): Head;
  readonly jws: string[];
  readonly installed: { name: string; version: number; content: string }[];
  readonly objections: string[];
  /** Those that were not withdrawn, as `seq CODE`. */
  standing(): string[];
  readonly forks: string[];
  readonly receipts: string[];
  /** Loses everything after `seq`, as a restored backup would. */
  cut(seq: number): void;
}

export function memorySource(ledger: string, clinic: string, key: SigningKey): MemorySource {
  const jws: string[] = [];
  const heads: Head[] = [EMPTY_HEAD];
  const appended = new Listeners<void>();
  const installed: MemorySource['installed'] = [];
  const [objections, forks, receipts]: [string[], string[], string[]] = [[], [], []];
  const counted = createObjectionsHeld();
  let held = 0;
  const head = () => heads.at(-1) ?? EMPTY_HEAD;
  return {
    ledger,
    clinic,
    jws,
    installed,
    objections,
    forks,
    receipts,
    head,
    deliveredThrough: () => held,
    read(after, count_max, bytes_max) {
      const out: string[] = [];
      let bytes = 0;
      for (const text of jws.slice(after, after + count_max)) {
        bytes += text.length;
        if (out.length > 0 && bytes > bytes_max) break;
        out.push(text);
      }
      return out;
    },
    hashAt: (seq) => heads[seq]?.hash ?? null,
    acknowledge(receipt, through) {
      receipts.push(receipt);
      held = through;
    },
    onAppend: (listener) => void appended.add(listener),
    datasets: () => Object.fromEntries(installed.map(({ name, version }) => [name, version])),
    install(_manifest: string, content: string, { name, version }: DatasetManifest) {
      installed.push({ name, version, content });
    },
    addObjection(text) {
      objections.push(text);
      counted.note(text);
    },
    objectionsHeld: counted.held,
    standing: () => counted.standing().map(({ seq, code }) => `${seq} ${code}`),
    fork: (detail) => void forks.push(detail),
    append(kind, body, at = '2026-11-22T03:04:05.678Z') {
      const signed = signRecord(head(), { ledger, clinic, at, kind, operator: 'D140225000001', body }, key);
      jws.push(signed.jws);
      heads.push({ seq: signed.record.seq, hash: signed.hash });
      appended.emit();
      return head();
    },
    cut(seq) {
      jws.length = seq;
      heads.length = seq + 1;
      held = Math.min(held, seq);
    },
  };
}
