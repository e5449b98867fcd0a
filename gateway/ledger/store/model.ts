import { LedgerError } from '../errors.ts';
import type {
  DatasetRow,
  PrintRow,
  RecordRow,
  SettlementRow,
  SoldRow,
  Store,
  UsedKey,
  UsedRow,
  VisitRow,
} from './port.ts';

/** The tables as they would be on a disk. Passing the same one to a new ModelStore is a restart. */
export class ModelDisk {
  meta = new Map<string, string>();
  records: RecordRow[] = [];
  requests = new Map<string, number>();
  used = new Map<string, UsedRow>();
  carried = new Map<string, UsedRow>();
  settlements = new Map<string, SettlementRow>();
  sold = new Map<string, SoldRow>();
  printJobs = new Map<string, PrintRow>();
  datasets: DatasetRow[] = [];
  findings = new Map<string, Uint8Array>();
  visits = new Map<string, VisitRow>();
}

/** Called before every write and around every commit; throws to simulate a crash, a full or failing disk. */
export type Fault = (point: 'write' | 'commit' | 'committed') => void;

/**
 * The store in memory, for simulation and for tables made anew. A transaction records how to undo itself: an
 * error inside it, or at `commit`, leaves the disk as it was. An error at `committed` is a crash after the
 * fsync: the data is on the disk, but the caller does not know.
 */
export class ModelStore implements Store {
  readonly #disk: ModelDisk;
  readonly #fault: Fault;
  #undo: (() => void)[] | null = null;
  #failed: LedgerError | null = null;

  constructor(disk: ModelDisk, fault: Fault = () => {}) {
    this.#disk = disk;
    this.#fault = fault;
  }

  transact<T>(work: () => T): T {
    if (this.#failed) throw this.#failed;
    if (this.#undo) throw new LedgerError('ACT_INVALID', 'a transaction inside a transaction');
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = work();
      this.#fault('commit');
      this.#undo = null;
      this.#fault('committed');
      return result;
    } catch (error) {
      if (this.#undo) for (const step of undo.reverse()) step();
      this.#undo = null;
      if (error instanceof LedgerError && error.code === 'DISK_FAILED') this.#failed = error;
      throw error;
    }
  }

  snapshot<T>(work: () => T): T {
    return work();
  }

  /** Called before each write with what undoes it. */
  #write(undo: () => void): void {
    if (!this.#undo) throw new LedgerError('ACT_INVALID', 'a write outside a transaction');
    this.#fault('write');
    this.#undo.push(undo);
  }
  #set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
    const before = map.get(key);
    this.#write(() => (before === undefined ? map.delete(key) : map.set(key, before)));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  #push<V>(list: V[], value: V): void {
    this.#write(() => list.pop());
    list.push(value);
  }

  meta(key: string): string | null {
    return this.#disk.meta.get(key) ?? null;
  }
  setMeta(key: string, value: string): void {
    this.#set(this.#disk.meta, key, value);
  }

  head(): RecordRow | null {
    return this.#disk.records.at(-1) ?? null;
  }
  record(seq: number): RecordRow | null {
    return this.#disk.records[seq - 1] ?? null;
  }
  dayOf(seq: number): string | null {
    return this.record(seq)?.day ?? null;
  }
  records(after: number, count: number): RecordRow[] {
    return this.#disk.records.slice(after, after + count);
  }
  addRecord(row: RecordRow): void {
    if (row.seq !== this.#disk.records.length + 1)
      throw new LedgerError('ACT_INVALID', `record ${row.seq} out of order`);
    this.#push(this.#disk.records, row);
  }

  request(key: Uint8Array): number | null {
    return this.#disk.requests.get(hex(key)) ?? null;
  }
  addRequest(key: Uint8Array, seq: number): void {
    if (this.#disk.requests.has(hex(key)))
      throw new LedgerError('ACT_INVALID', 'the request is there already');
    this.#set(this.#disk.requests, hex(key), seq);
  }

  used(key: UsedKey): UsedRow | null {
    return this.#disk.used.get(usedKey(key)) ?? null;
  }
  addUsed(row: UsedRow): void {
    const before = this.used(row);
    const after = before ? { ...before, amount: before.amount + row.amount } : { ...row };
    this.#set(this.#disk.used, usedKey(row), after);
  }

  carried(key: UsedKey): UsedRow | null {
    return this.#disk.carried.get(usedKey(key)) ?? null;
  }
  addCarried(row: UsedRow): void {
    this.#set(this.#disk.carried, usedKey(row), row);
  }
  carriedRows(): Iterable<UsedRow> {
    return [...this.#disk.carried].sort(([a], [b]) => compare(a, b)).map(([, row]) => row);
  }

  settlement(day: string, seq: number): SettlementRow | null {
    return this.#disk.settlements.get(settlementKey(day, seq)) ?? null;
  }
  settlementsOn(day: string, after = 0): SettlementRow[] {
    return [...this.settlementRows()].filter((row) => row.day === day && row.seq > after);
  }
  lastOn(day: string): SettlementRow | null {
    return this.settlementsOn(day).at(-1) ?? null;
  }
  settlementsOf(person: Uint8Array, count: number): SettlementRow[] {
    const theirs = [...this.#disk.settlements.values()].filter(
      (row) => row.person && hex(row.person) === hex(person),
    );
    return theirs.sort((a, b) => b.seq - a.seq).slice(0, count);
  }
  addSettlement(row: SettlementRow): void {
    this.#set(this.#disk.settlements, settlementKey(row.day, row.seq), row);
  }
  soldIn(code: Uint8Array): number[] {
    return [...this.soldRows()].filter((row) => hex(row.code) === hex(code)).map(({ seq }) => seq);
  }
  addSold(row: SoldRow): void {
    this.#set(this.#disk.sold, `${hex(row.code)} ${String(row.seq).padStart(16, '0')}`, row);
  }
  setReversed(day: string, seq: number, by: number): void {
    const row = this.settlement(day, seq);
    if (row) this.#set(this.#disk.settlements, settlementKey(day, seq), { ...row, reversed_by: by });
  }

  openPrintJobs(): PrintRow[] {
    return [...this.#disk.printJobs.values()].filter((row) => row.state !== 'printed').sort(bySlip);
  }
  printJobsOf(seq: number): PrintRow[] {
    return [...this.#disk.printJobs.values()].filter((row) => row.seq === seq).sort(bySlip);
  }
  addPrintJob(row: PrintRow): void {
    this.putPrintJob(row);
  }
  putPrintJob(row: PrintRow): void {
    this.#set(this.#disk.printJobs, `${row.seq} ${row.copy}`, row);
  }
  dropPrintJob(seq: number, copy: number): void {
    this.#set(this.#disk.printJobs, `${seq} ${copy}`, undefined);
  }

  dataset(name: string, version?: number): DatasetRow | null {
    const named = this.#disk.datasets.filter(
      (row) => row.name === name && (version ?? row.version) === row.version,
    );
    return named.sort((a, b) => b.version - a.version)[0] ?? null;
  }
  datasets(): { name: string; version: number }[] {
    const names = [...new Set(this.#disk.datasets.map((row) => row.name))].sort();
    return names.map((name) => ({ name, version: this.dataset(name)?.version ?? 0 }));
  }
  addDataset(row: DatasetRow): void {
    if (this.dataset(row.name, row.version))
      throw new LedgerError('ACT_INVALID', 'the dataset is there already');
    this.#push(this.#disk.datasets, row);
  }
  mendDataset(name: string, version: number, sealed: Uint8Array): void {
    const row = this.dataset(name, version);
    const before = row?.sealed;
    if (!row || !before) return;
    this.#write(() => Object.assign(row, { sealed: before }));
    row.sealed = sealed;
  }

  addObjection(hash: Uint8Array, sealed: Uint8Array): void {
    this.#set(this.#disk.findings, hex(hash), sealed);
  }
  objections(): Uint8Array[] {
    return [...this.#disk.findings.values()];
  }

  visit(id: string): VisitRow | null {
    return this.#disk.visits.get(id) ?? null;
  }
  visits(): VisitRow[] {
    return [...this.#disk.visits.values()].sort((a, b) => compare(a.opened_at + a.id, b.opened_at + b.id));
  }
  putVisit(row: VisitRow): void {
    this.#set(this.#disk.visits, row.id, row);
  }
  dropVisit(id: string): void {
    this.#set(this.#disk.visits, id, undefined);
  }

  requestRows(): Iterable<{ request: Uint8Array; seq: number }> {
    const rows = [...this.#disk.requests].sort(([a], [b]) => compare(a, b));
    return rows.map(([request, seq]) => ({ request: Buffer.from(request, 'hex'), seq }));
  }
  usedRows(): Iterable<UsedRow> {
    return [...this.#disk.used].sort(([a], [b]) => compare(a, b)).map(([, row]) => row);
  }
  settlementRows(): Iterable<SettlementRow> {
    return [...this.#disk.settlements].sort(([a], [b]) => compare(a, b)).map(([, row]) => row);
  }
  soldRows(): Iterable<SoldRow> {
    return [...this.#disk.sold].sort(([a], [b]) => compare(a, b)).map(([, row]) => row);
  }
  clearDerived(): void {
    const disk = this.#disk;
    const { requests, used, settlements, sold } = disk;
    this.#write(() => Object.assign(disk, { requests, used, settlements, sold }));
    Object.assign(disk, { requests: new Map(), used: new Map(), settlements: new Map(), sold: new Map() });
  }

  tidy(): void {}
  failed(): LedgerError | null {
    return this.#failed;
  }
  close(): void {}
}

const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const bySlip = (a: PrintRow, b: PrintRow) => a.seq - b.seq || a.copy - b.copy;
const settlementKey = (day: string, seq: number) => `${day} ${String(seq).padStart(16, '0')}`;
/** NUL sorts before every character, as SQLite compares column by column. */
const usedKey = ({ holder, insutype, poolarea, bucket, period }: UsedKey) =>
  [hex(holder), insutype, poolarea, bucket, period].join('\0');
