import { ModelStore } from '../../gateway/ledger/model-store.ts';
import { createVault } from '../../gateway/ledger/vault.ts';
import { verifyLedger } from '../../gateway/ledger/verify.ts';
import type { Db } from '../../sync/township/schema.ts';
import { verifyTownship } from '../../sync/township/verify.ts';
import { Book, demand } from './book.ts';
import type { Medium } from './box.ts';
import type { World } from './world.ts';

const questions = (db: Db) => ({
  db,
  heads: db.prepare('SELECT ledger, through, hash FROM ledgers'),
  used: db.prepare(`SELECT total(amount) AS amount FROM used
    WHERE ledger = ? AND person = ? AND insutype = ? AND poolarea = ? AND bucket = ? AND period = ?`),
  postings: db.prepare(
    'SELECT count(*) AS postings, total(fund) AS fund, total(part) AS part FROM postings WHERE ledger = ?',
  ),
});

/** Holds the product to its promises after every step, from an account of its own. */
export function createOracle(world: World) {
  let statements: ReturnType<typeof questions> | null = null;
  const ask = () => {
    const db = world.town.db();
    if (statements?.db !== db) statements = questions(db);
    return statements;
  };
  const books = new Map<string, Book>();
  const dirty = new Set<string>();
  let townDirty = false;
  const bookOf = (ledger: string) => {
    const book = books.get(ledger);
    if (!book) throw new Error(`no book of ${ledger}`);
    return book;
  };

  /** The mark is where a receipt put it, on our own record, and never beyond what the township holds, unless it lost data and has not said so. */
  function checkMark(book: Book): void {
    const jws = book.disk.meta.get('receipt');
    if (jws === undefined) return;
    const receipt = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
    const held = Number(book.disk.meta.get('held'));
    const ours = held === receipt.through && receipt.hash === book.hashAt(held);
    demand(
      ours,
      'the mark is what a receipt says of our own record',
      () => `${book.ledger} at ${held}: ${jws}`,
    );
    if (Date.parse(receipt.at) <= book.lostAt) return;
    const live =
      world.boxes
        .find((box) => box.medium().ledger === book.ledger)
        ?.life()
        ?.ledger.held() ?? 0;
    const mark = Math.max(held, live);
    demand(mark <= book.theirs.through, 'the mark is not beyond what is held', () => {
      return `${book.ledger}: ${mark} of ${book.theirs.through}`;
    });
  }

  function checkTown(): void {
    for (const { ledger, through, hash } of ask().heads.all() as {
      ledger: string;
      through: number;
      hash: string;
    }[]) {
      const book = bookOf(ledger);
      const before = book.theirs.through;
      if (through === before) continue;
      const backwards = through < before && before > book.heldBeforeLoss;
      demand(!backwards, 'the township goes on', () => `${ledger}: ${before} to ${through}`);
      demand(hash === book.hashAt(through), 'both sides hold the same', () => `${ledger} at ${through}`);
      const touched = book.fold(book.theirs, through);
      for (const key of touched) checkTheirs(book, key);
      if (through >= book.heldBeforeLoss) book.heldBeforeLoss = 0;
    }
  }

  function checkTheirs(book: Book, key: string): void {
    const sum = book.theirs.buckets.get(key) ?? 0;
    const told = ask().used.get(book.ledger, ...key.split('|')) as { amount: number };
    demand(
      told.amount === sum,
      'the township’s totals are the sum of the records',
      () => `${key}: ${told.amount}, not ${sum}`,
    );
  }

  /** Everything, slowly: what steps compare by what they touched, and the product's own verifiers. */
  function checkAll(): void {
    for (const book of books.values()) {
      if (book.survives === null) book.checkAll();
      for (const key of book.theirs.buckets.keys()) checkTheirs(book, key);
      const { postings, fund, part } = book.theirs;
      const told = ask().postings.get(book.ledger);
      demand(
        JSON.stringify(told) === JSON.stringify({ postings, fund, part }),
        'the township’s postings are the records',
        () => `${book.ledger}: ${JSON.stringify(told)}, not ${JSON.stringify({ postings, fund, part })}`,
      );
    }
    const { ok, faults } = verifyTownship(world.town.db());
    demand(ok, 'the township verifies', () => faults.join('; '));
  }

  return {
    bookOf,
    books: () => [...books.values()],
    opened(clinic: string, { ledger, keys, disk }: Medium, carried?: Map<string, number>): void {
      books.set(ledger, new Book(ledger, clinic, disk, keys.data, carried));
    },
    touched: (ledger: string) => void dirty.add(ledger),
    townTouched(): void {
      townDirty = true;
    },
    townRestored(): void {
      for (const book of books.values()) {
        book.heldBeforeLoss = Math.max(book.heldBeforeLoss, book.theirs.through);
        book.lostAt = world.time.now();
      }
    },
    acknowledged(ledger: string, request: string, act: { seq: number; hash: string }): void {
      const book = bookOf(ledger);
      book.readOn();
      const first = book.acknowledged.get(request);
      demand(
        first === undefined || first.seq === act.seq,
        'nothing twice',
        () => `${request}: ${first?.seq} and ${act.seq}`,
      );
      const stands = book.hashAt(act.seq) === act.hash && book.requests.get(request) === act.seq;
      demand(stands, 'what is acknowledged is on the disk', () => `${ledger} ${request} at ${act.seq}`);
      book.acknowledged.set(request, { seq: act.seq, hash: act.hash });
    },
    /** After every step. */
    check(): void {
      for (const ledger of dirty) bookOf(ledger).readOn();
      if (townDirty) checkTown();
      for (const ledger of dirty) if (bookOf(ledger).survives === null) checkMark(bookOf(ledger));
      dirty.clear();
      townDirty = false;
    },
    checkAll,
    verify({ ledger, keys, disk }: Medium): void {
      const vault = createVault(keys.data, () => new Uint8Array(24));
      const { flaws } = verifyLedger(new ModelStore(disk), vault, () => keys.signing);
      demand(flaws.length === 0, 'the ledger verifies', () => `${ledger}: ${JSON.stringify(flaws[0])}`);
    },
  };
}

export type Oracle = ReturnType<typeof createOracle>;
