import { createSealer } from '../../gateway/ledger/index.ts';
import { ModelStore } from '../../gateway/ledger/store/index.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';
import { verifyTownship } from '../../sync/township/book/verify.ts';
import type { Db } from '../../sync/township/store/sqlite/schema.ts';
import { createSqliteStore } from '../../sync/township/store/sqlite/store.ts';
import { Book, type Counted, demand } from './book.ts';
import type { Medium, Oracle, World } from './types.ts';

const questions = (db: Db) => ({
  db,
  heads: db.prepare(`SELECT ledger, through, hash,
    ifnull((SELECT max(seq) FROM records r WHERE r.ledger = l.ledger), 0) AS last FROM ledgers l`),
  used: db.prepare(`SELECT total(amount) AS amount FROM used
    WHERE ledger = ? AND person = ? AND insutype = ? AND poolarea = ? AND bucket = ? AND period = ?`),
  postings: db.prepare(
    'SELECT count(*) AS postings, total(fund) AS fund, total(part) AS part FROM postings WHERE ledger = ?',
  ),
});

/** Holds the product to its promises after every step, from an account of its own. */
export function createOracle(world: World): Oracle {
  let statements: ReturnType<typeof questions> | null = null;
  const ask = () => {
    const db = world.town.db();
    if (statements?.db !== db) statements = questions(db);
    return statements;
  };
  /**
   * What each box's disk says, and what the township is to hold. The same book, until an old disk makes a
   * branch of its own.
   */
  const ours = new Map<string, Book>();
  const theirs = new Map<string, Book>();
  const dirty = new Set<string>();
  let townDirty = false;
  const bookIn = (books: Map<string, Book>, ledger: string) => {
    const book = books.get(ledger);
    if (!book) throw new Error(`no book of ${ledger}`);
    return book;
  };
  const isBranch = (ledger: string) => ours.get(ledger) !== theirs.get(ledger);

  /**
   * The mark is where a receipt put it, on our own record, and never beyond what the township holds, unless
   * it lost data and has not said so.
   */
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
    const { lostAt, theirs: held_there } = bookIn(theirs, book.ledger);
    const at = Date.parse(receipt.at);
    const forwards = held >= book.mark.held || lostAt >= book.mark.at;
    demand(forwards, 'the mark goes back only when the township lost data', () => {
      return `${book.ledger}: ${book.mark.held} to ${held}`;
    });
    book.mark = { held, at };
    if (at <= lostAt) return;
    const live =
      world.boxes
        .find((box) => box.medium().ledger === book.ledger)
        ?.life()
        ?.ledger.deliveredThrough() ?? 0;
    const mark = Math.max(held, live);
    demand(mark <= held_there.through, 'the mark is not beyond what is held', () => {
      return `${book.ledger}: ${mark} of ${held_there.through}`;
    });
  }

  function checkTown(): void {
    for (const { ledger, through, hash, last } of ask().heads.all() as {
      ledger: string;
      through: number;
      hash: string;
      last: number;
    }[]) {
      demand(last === through, 'records and mark move together', () => `${ledger}: ${last}, mark ${through}`);
      const book = bookIn(theirs, ledger);
      const before = book.theirs.through;
      if (through === before) continue;
      const backwards = through < before && before > book.heldBeforeLoss;
      demand(!backwards, 'the township goes on', () => `${ledger}: ${before} to ${through}`);
      demand(hash === book.hashAt(through), 'both sides hold the same', () => `${ledger} at ${through}`);
      const touched = book.fold(book.theirs, through, counted);
      for (const key of touched) checkTheirs(book, key);
      if (through >= book.heldBeforeLoss) book.heldBeforeLoss = 0;
    }
  }

  const heldThere = (ledger: string, seq: number, hash: string) => {
    const book = bookIn(theirs, ledger);
    return seq <= book.theirs.through && book.hashAt(seq) === hash;
  };

  /**
   * A record that was handed in counts where it came first: under its own name, or with the first ledger that
   * handed it in.
   */
  const counted: Counted = ({ ledger, seq, hash }, at) => {
    if (heldThere(ledger, seq, hash)) return null;
    for (const book of theirs.values()) {
      const own = book.ledger === at.ledger;
      const first = book.handedIn.get(hash) ?? Number.POSITIVE_INFINITY;
      if (first <= (own ? at.seq - 1 : book.theirs.through)) return null;
      if (own) break;
    }
    return bookIn(ours, ledger).entries[seq - 1] ?? null;
  };

  /**
   * The first record of a ledger that the township must have and has not, under its own name or handed in.
   */
  function missing(book: Book, handedIn: Set<string>): number | null {
    const due = book.entries.slice(0, book.survives ?? book.entries.length);
    const at = due.findIndex(
      ({ hash, carries }, index) =>
        !heldThere(book.ledger, index + 1, hash) &&
        !handedIn.has(hash) &&
        !(carries && handedIn.has(carries.hash)),
    );
    return at < 0 ? null : at + 1;
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
    for (const book of ours.values()) if (book.survives === null) book.checkAll();
    for (const book of theirs.values()) {
      for (const key of book.theirs.buckets.keys()) checkTheirs(book, key);
      const { postings, fund, part } = book.theirs;
      const told = ask().postings.get(book.ledger);
      demand(
        JSON.stringify(told) === JSON.stringify({ postings, fund, part }),
        'the township’s postings are the records',
        () => `${book.ledger}: ${JSON.stringify(told)}, not ${JSON.stringify({ postings, fund, part })}`,
      );
    }
    const { ok, faults } = verifyTownship(createSqliteStore(world.town.db()));
    demand(ok, 'the township verifies', () => faults.join('; '));
  }

  return {
    ours: (ledger: string) => bookIn(ours, ledger),
    theirs: (ledger: string) => bookIn(theirs, ledger),
    isBranch,
    /** What the township still has to get: `ledger seq` of the first record of each ledger. */
    missing(): string[] {
      const handedIn = new Set<string>();
      for (const { entries, theirs: held } of theirs.values())
        for (const { carries } of entries.slice(0, held.through)) if (carries) handedIn.add(carries.hash);
      return [...new Set([...ours.values(), ...theirs.values()])].flatMap((book) => {
        const seq = missing(book, handedIn);
        return seq === null ? [] : [`${book.ledger} ${seq}`];
      });
    },
    /** What the township is to hold. */
    books: () => [...theirs.values()],
    opened(clinic: string, { ledger, keys, disk }: Medium, carried?: Map<string, number>): void {
      const book = new Book(ledger, clinic, disk, keys.data, carried);
      ours.set(ledger, book);
      theirs.set(ledger, book);
    },
    /**
     * The same ledger goes on from an old disk: the township keeps what it has, and must not take the rest
     * for it.
     */
    branched(clinic: string, { ledger, keys, disk }: Medium): void {
      const book = bookIn(theirs, ledger);
      book.survives = Math.max(book.survives ?? 0, book.theirs.through);
      ours.set(ledger, new Book(ledger, clinic, disk, keys.data, book.carried));
      dirty.add(ledger);
    },
    touched: (ledger: string) => void dirty.add(ledger),
    townTouched(): void {
      townDirty = true;
    },
    townRestored(): void {
      for (const book of theirs.values()) {
        book.heldBeforeLoss = Math.max(book.heldBeforeLoss, book.theirs.through);
        book.lostAt = world.time.now();
      }
    },
    acknowledged(ledger: string, request: string, act: { seq: number; hash: string }): void {
      const book = bookIn(ours, ledger);
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
      const books = [...dirty].map((ledger) => bookIn(ours, ledger));
      for (const book of books) book.readOn();
      if (townDirty) checkTown();
      for (const book of books) if (book.survives === null) checkMark(book);
      dirty.clear();
      townDirty = false;
    },
    checkAll,
    verify({ ledger, keys, disk }: Medium): void {
      const sealer = createSealer(keys.data, () => new Uint8Array(24));
      const { flaws } = verifyLedger(new ModelStore(disk), sealer, () => keys.signing);
      demand(flaws.length === 0, 'the ledger verifies', () => `${ledger}: ${JSON.stringify(flaws[0])}`);
    },
  };
}
