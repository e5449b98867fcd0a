import type { Statement } from 'better-sqlite3';
import type { Db } from './schema.ts';

/**
 * Makes the statements of one table. `Row` is what the SQL selects: nothing checks it but the conformance
 * test.
 */
export interface Statements {
  one<Row>(sql: string): (...args: unknown[]) => Row | undefined;
  many<Row>(sql: string): (...args: unknown[]) => Row[];
  /** Gives the number of rows changed. */
  run(sql: string): (...args: unknown[]) => number;
}

/**
 * Each is prepared at its first use: a store of an older release, opened to be read, may lack what others
 * need.
 */
export function createStatements(db: Db): Statements {
  const prepared = (sql: string) => {
    let statement: Statement<unknown[]> | undefined;
    return () => {
      statement ??= db.prepare<unknown[]>(sql);
      return statement;
    };
  };
  return {
    one<Row>(sql: string) {
      const statement = prepared(sql);
      return (...args: unknown[]) => statement().get(...args) as Row | undefined;
    },
    many<Row>(sql: string) {
      const statement = prepared(sql);
      return (...args: unknown[]) => statement().all(...args) as Row[];
    },
    run(sql) {
      const statement = prepared(sql);
      return (...args) => statement().run(...args).changes;
    },
  };
}

const PAGE_ROWS = 200;

/** Reads on page by page, so that other statements may run while somebody walks through a table. */
export function* pages<Row>(read: (after: number, count: number) => Row[], next: (row: Row) => number) {
  for (let after = 0; ; ) {
    const rows = read(after, PAGE_ROWS);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = next(last);
  }
}
