import type { Ledger } from '../../gateway/ledger/index.ts';
import type { ModelDisk } from '../../gateway/ledger/store/index.ts';
import type { createModelBroker, NO_FAULTS } from '../../sync/bus/model.ts';
import type { Link } from '../../sync/clinic/link.ts';
import type { Enrolment } from '../../sync/contract/enrolment.ts';
import type { BoxKeys } from '../../sync/record/key-file.ts';
import type { Head } from '../../sync/record/record.ts';
import type { TownshipDatasets } from '../../sync/township/publish/datasets.ts';
import type { Receiver } from '../../sync/township/receive/receiver.ts';
import type { Db } from '../../sync/township/store/sqlite/schema.ts';
import type { Book } from './book.ts';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';
import type { Time } from './time.ts';
import type { createWiretap } from './wiretap.ts';

/** Who lives in a simulated world, and what they see of one another. The makers are in files of their own. */

/** One ledger on one disk. A box that is restored begins another. */
export interface Medium {
  ledger: string;
  keys: BoxKeys;
  disk: ModelDisk;
  /** What it is to be opened from, until it has been. */
  from: { backup: Medium; held: Head | null } | null;
}

/** What a run may change about a box from outside. */
export interface BoxFacts {
  skew_ms: number;
  full: boolean;
  offline: boolean;
  disk: { free: number; total: number };
}

export interface Box {
  clinic: string;
  facts: BoxFacts;
  start(): void;
  life(): { process: Process; ledger: Ledger; link: Link } | null;
  medium(): Medium;
  makeBackup(): void;
  backup(): Medium | null;
  /** The disk is gone, or its ledger takes no more; a new box goes on from the backup, under a new ledger. */
  restore(from: Medium, held: Head | null): void;
  /** Somebody writes an old image of the disk over it: the same ledger, shorter. */
  putBack(image: Medium): void;
  copy(): Medium;
}

export interface Doctor {
  /** One patient, or the same one again. */
  work(): void;
  /** True when a new settlement stands. */
  settleNow(): boolean;
  /** The box is another one: what was pending is asked anew. */
  boxReplaced(): void;
}

export interface Town {
  facts: { full: boolean };
  start(): void;
  life(): { process: Process; receiver: Receiver; datasets: TownshipDatasets } | null;
  db(): Db;
  enrolmentOf(clinic: string, ledger: string): Enrolment;
  /** Takes a new ledger in. A snapshot from before would not know it: those are thrown away. */
  enrol(clinic: string, medium: Medium): void;
  /** As after a disaster elsewhere: what was copied before it is not used any more. */
  dropSnapshots(): void;
  /** How far the township holds a ledger. */
  heldOf(ledger: string): Head;
  /** The number of the last objection to a ledger. */
  objections(ledger: string): number;
  publish(name: string): void;
  versions(): number;
  snapshot(): void;
  hasSnapshot(): boolean;
  /** The township's disk is gone; it goes on from a snapshot. What it published since, it publishes again. */
  restore(): void;
}

/** Holds the product to its promises after every step, from an account of its own. */
export interface Oracle {
  /** What a box's disk says. */
  ours(ledger: string): Book;
  /** What the township is to hold. */
  theirs(ledger: string): Book;
  /** An old image of the disk went on beside what the township holds. */
  isBranch(ledger: string): boolean;
  /** What the township still has to get: `ledger seq` of the first record of each ledger. */
  missing(): string[];
  books(): Book[];
  opened(clinic: string, medium: Medium, carried?: Map<string, number>): void;
  branched(clinic: string, medium: Medium): void;
  touched(ledger: string): void;
  townTouched(): void;
  townRestored(): void;
  acknowledged(ledger: string, request: string, act: { seq: number; hash: string }): void;
  /** After every step. */
  check(): void;
  checkAll(): void;
  verify(medium: Medium): void;
}

/** Everything of one run. */
export interface World {
  seed: number;
  time: Time;
  chance: Record<'keys' | 'product' | 'faults' | 'doctors' | 'wire' | 'checks', Chance>;
  wire: typeof NO_FAULTS;
  broker: ReturnType<typeof createModelBroker>;
  trace: string[];
  log: { info(): void; warn(): void; error(): void };
  wiretap: ReturnType<typeof createWiretap>;
  boxes: Box[];
  doctors: Map<Box, Doctor>;
  acts: number;
  oracle: Oracle;
  town: Town;
  note(what: string, detail?: string): void;
  attempt(work: () => void): string | null;
  digest(): string;
  acknowledged(ledger: string, request: string, act: { seq: number; hash: string }): void;
  restoreBox(box: Box): boolean;
  putImageBack(box: Box): boolean;
  backOnline(box: Box): void;
}
