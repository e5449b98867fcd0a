import type { Db } from '../../sync/township/store/sqlite/schema.ts';

type Point = (at: 'write' | 'commit' | 'committed') => void;
type Work = (...args: unknown[]) => unknown;

/**
 * A database that passes through `point` before every write and around every commit; what throws there undoes
 * the transaction.
 */
export function faultyDb(db: Db, point: Point): Db {
  let depth = 0;
  const committed = () => {
    if (depth === 0) point('committed');
  };

  function transaction(work: Work): Work {
    const inside = db.transaction((...args: unknown[]) => {
      depth += 1;
      try {
        const result = work(...args);
        point('commit');
        return result;
      } finally {
        depth -= 1;
      }
    });
    return (...args) => {
      const result = inside(...args);
      committed();
      return result;
    };
  }

  function prepare(sql: string) {
    const statement = db.prepare(sql);
    const run = (...args: unknown[]) => {
      point('write');
      const result = statement.run(...args);
      committed();
      return result;
    };
    return { run, get: statement.get.bind(statement), all: statement.all.bind(statement) };
  }

  return new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return transaction;
      if (name === 'prepare') return prepare;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
