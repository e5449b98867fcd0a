import type { TownshipStore, TownshipTables } from '../port.ts';
import { createBookTable } from './book.ts';
import { createDatasetTable } from './datasets.ts';
import { createInviteTable } from './invites.ts';
import { createLedgerTable } from './ledgers.ts';
import { createObjectionTable } from './objections.ts';
import { createRecordTable } from './records.ts';
import { createReports } from './reports.ts';
import { type Db, openTownshipDb, openTownshipDbReadonly } from './schema.ts';
import { createStatements } from './statements.ts';

/** Opens the township's store for its one writer; makes it, or brings it to this release, where need be. */
export const openTownshipStore = (path: string): TownshipStore => createSqliteStore(openTownshipDb(path));

/** Opens it beside the writer, for reports and verification. */
export const openTownshipStoreReadonly = (path: string): TownshipStore =>
  createSqliteStore(openTownshipDbReadonly(path));

/** A store over a database that is open already, and stays its caller's to look into. */
export function createSqliteStore(db: Db): TownshipStore {
  const statements = createStatements(db);
  const tables: TownshipTables = {
    ledgers: createLedgerTable(db, statements),
    records: createRecordTable(statements),
    book: createBookTable(statements),
    objections: createObjectionTable(db, statements),
    invites: createInviteTable(statements),
    datasets: createDatasetTable(statements),
  };
  const revision = statements.one<{ data_version: number }>('PRAGMA data_version');
  const inTransaction = db.transaction((work: (tables: TownshipTables) => unknown) => work(tables));
  return {
    ...tables,
    reports: createReports(statements),
    transact: <T>(work: (tables: TownshipTables) => T) => inTransaction(work) as T,
    revision: () => revision()?.data_version ?? 0,
    scratch: () => openTownshipStore(':memory:'),
    close: () => void db.close(),
  };
}
