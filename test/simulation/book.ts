import { createHash } from 'node:crypto';
import { createSealer, openRow, type Sealer } from '../../gateway/ledger/index.ts';
import { type ModelDisk, ModelStore } from '../../gateway/ledger/store/index.ts';
import type { Put } from '../../sync/contract/bodies/settlement.ts';
import type { Envelope } from '../../sync/contract/record.ts';
import { CAPS } from './rules.ts';

/** Thrown when the product has broken a promise. */
export class Violation extends Error {}

export function demand(holds: boolean, promise: string, detail: () => string): asserts holds {
  if (!holds) throw new Violation(`${promise}: ${detail()}`);
}

/** What one record does to money, read here without the product's own bookkeeping. */
export interface Entry {
  hash: string;
  request: string | null;
  /** Key of a bucket, and fen or a count. */
  puts: [string, number][];
  fund: number;
  part: number;
  /** Of a `handed-in` record: the place and hash of the record that it hands in. */
  carries: { ledger: string; seq: number; hash: string } | null;
}

/** Whether, and as what, the township counts a record that was handed in. */
export type Counted = (
  carries: NonNullable<Entry['carries']>,
  at: { ledger: string; seq: number },
) => Entry | null;

/** Sums over a ledger's records from its first to some seq. */
export interface Sums {
  through: number;
  buckets: Map<string, number>;
  postings: number;
  fund: number;
  part: number;
}

const noSums = (): Sums => ({ through: 0, buckets: new Map(), postings: 0, fund: 0, part: 0 });
const number = (text: string) => Number(text.replace('.', ''));
const SEPARATOR = '|';
const FIRST_PREV = '0'.repeat(64);

/** Read here with a few lines of its own, like everything that the oracle believes. */
function carriedBy(jws: string): NonNullable<Entry['carries']> {
  const { ledger, seq } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
  return { ledger, seq, hash: createHash('sha256').update(`\0${jws}`).digest('hex') };
}

/** The simulation's own account of one ledger: every record its disk ever held, and what each comes to. */
export class Book {
  readonly ledger: string;
  readonly clinic: string;
  readonly disk: ModelDisk;
  readonly entries: Entry[] = [];
  readonly requests = new Map<string, number>();
  /** By its hash, where a record of another ledger was first handed in. */
  readonly handedIn = new Map<string, number>();
  readonly acknowledged = new Map<string, { seq: number; hash: string }>();
  /** From the ledger that this one was restored from. */
  readonly carried: Map<string, number>;
  ours = noSums();
  theirs = noSums();
  /** While the township has not caught up with what it had held before it lost data. */
  heldBeforeLoss = 0;
  /** When it lost data: a mark set by an older receipt may be beyond what it holds, until it has said so. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** The delivery mark as it was last seen, and when the township signed it. */
  mark = { held: 0, at: Number.NEGATIVE_INFINITY };
  /**
   * Set when the disk is gone: the seq through which the township must come to have this ledger all the same,
   * by whatever way.
   */
  survives: number | null = null;
  readonly #sealer: Sealer;
  readonly #store: ModelStore;

  constructor(
    ledger: string,
    clinic: string,
    disk: ModelDisk,
    dataKey: Uint8Array,
    carried = new Map<string, number>(),
  ) {
    this.ledger = ledger;
    this.clinic = clinic;
    this.disk = disk;
    this.carried = carried;
    this.#sealer = createSealer(dataKey, () => new Uint8Array(24));
    this.#store = new ModelStore(disk);
  }

  hashAt(seq: number): string {
    return seq === 0 ? FIRST_PREV : (this.entries[seq - 1]?.hash ?? 'nothing');
  }

  /**
   * Takes in what the disk has gained. What it held before must be there, and what is new must join on and be
   * new.
   */
  readOn(): void {
    const { records } = this.disk;
    const known = this.entries.length;
    const lost = records.length < known || (known > 0 && records[known - 1]?.hash !== this.hashAt(known));
    demand(
      !lost,
      'nothing is lost',
      () => `${this.ledger} held ${known} records, now ${records.length} or others`,
    );
    for (const row of records.slice(known)) {
      const record = openRow(this.#sealer, row);
      const follows = record.seq === this.entries.length + 1 && record.prev === this.hashAt(record.seq - 1);
      demand(follows, 'the chain is whole', () => `${this.ledger} seq ${row.seq}`);
      const entry = this.#entryOf(record, row.hash);
      if (entry.request !== null) {
        const first = this.requests.get(entry.request);
        demand(
          first === undefined,
          'nothing twice',
          () => `${entry.request} is seq ${first} and ${record.seq}`,
        );
        this.requests.set(entry.request, record.seq);
      }
      if (entry.carries && !this.handedIn.has(entry.carries.hash))
        this.handedIn.set(entry.carries.hash, record.seq);
      this.entries.push(entry);
    }
    for (const key of this.fold(this.ours, this.entries.length)) this.#checkBucket(key);
  }

  #entryOf({ kind, body }: Envelope, hash: string): Entry {
    if (kind === 'settlement') {
      const { request, put, answer } = body as {
        request: string;
        put: Put[];
        answer: { setlinfo: Record<string, string> };
      };
      const puts = put.map((it): [string, number] => [this.#keyOf(body, it), number(it.amount)]);
      const { fund_pay_sumamt = '', psn_part_amt = '' } = answer.setlinfo;
      const [fund, part] = [number(fund_pay_sumamt), number(psn_part_amt)];
      return { hash, request, puts, fund, part, carries: null };
    }
    const nothing = { hash, request: null, puts: [], fund: 0, part: 0, carries: null };
    if (kind === 'handed-in') return { ...nothing, carries: carriedBy(String(body.jws)) };
    if (kind !== 'reversal') return nothing;
    const { request, of } = body as { request: string; of: { seq: number } };
    const original = this.entries[of.seq - 1];
    demand(original !== undefined, 'a reversal names a settlement', () => `${this.ledger} ${of.seq}`);
    const puts = original.puts.map(([key, amount]): [string, number] => [key, -amount]);
    return { hash, request, puts, fund: -original.fund, part: -original.part, carries: null };
  }

  #keyOf(body: Envelope['body'], { scope, insutype, poolarea, bucket, period }: Put): string {
    const { psn_no } = body.psn as { psn_no: string };
    return [scope === 'person' ? psn_no : '', insutype, poolarea, bucket, period].join(SEPARATOR);
  }

  /**
   * Brings sums to `through`, from the start again when that is backwards. Gives the buckets that were
   * touched. What was handed in counts at the township only: a box carries it on.
   */
  fold(sums: Sums, through: number, counted: Counted = () => null): Set<string> {
    const touched = new Set<string>();
    if (through < sums.through) Object.assign(sums, noSums());
    for (const [index, own] of this.entries.slice(sums.through, through).entries()) {
      const seq = sums.through + index + 1;
      const entry = own.carries ? counted(own.carries, { ledger: this.ledger, seq }) : own;
      const { puts, fund, part, request } = entry ?? own;
      for (const [key, amount] of puts) {
        sums.buckets.set(key, (sums.buckets.get(key) ?? 0) + amount);
        touched.add(key);
      }
      sums.postings += request === null ? 0 : 1;
      sums.fund += fund;
      sums.part += part;
    }
    sums.through = through;
    return touched;
  }

  /** The box's own total of a bucket is the sum of its records, and within the cap. */
  #checkBucket(key: string): void {
    const [person = '', insutype = '', poolarea = '', bucket = '', period = ''] = key.split(SEPARATOR);
    const holder = person === '' ? this.#sealer.clinic(this.clinic) : this.#sealer.person(person);
    const told = this.#store.used({ holder, insutype, poolarea, bucket, period })?.amount ?? 0;
    const sum = this.ours.buckets.get(key) ?? 0;
    demand(
      told === sum,
      'totals are the sum of the records',
      () => `${this.ledger} ${key}: ${told}, records ${sum}`,
    );
    const all = sum + (this.carried.get(key) ?? 0);
    const cap = CAPS[bucket] ?? Number.POSITIVE_INFINITY;
    demand(all >= 0 && all <= cap, 'caps are kept', () => `${this.ledger} ${key}: ${all}, cap ${cap}`);
  }

  checkAll(): void {
    for (const key of this.ours.buckets.keys()) this.#checkBucket(key);
    for (const [request, { seq, hash }] of this.acknowledged) {
      const stands = this.hashAt(seq) === hash && this.requests.get(request) === seq;
      demand(stands, 'nothing acknowledged is lost', () => `${this.ledger} ${request} at ${seq}`);
    }
  }

  /** What a restore from this point carries on. */
  sumsThrough(through: number): Map<string, number> {
    const sums = noSums();
    this.fold(sums, through);
    const all = new Map(this.carried);
    for (const [key, amount] of sums.buckets) all.set(key, (all.get(key) ?? 0) + amount);
    return all;
  }
}
