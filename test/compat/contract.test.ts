import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Database from 'better-sqlite3';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfStores, fixtureJson, messagesIn, RELEASES } from './fixture.ts';
import { boxKeysIn } from './places.ts';
import {
  BODIES,
  createSealer,
  DATASET_CONTENTS,
  ExportLine,
  exportLedger,
  openSqliteStore,
  payloadOf,
  type RecordKind,
  recordShape,
  SlipProof,
} from './product.ts';
import { CLINIC_BOX, TOWN } from './scenario.ts';

/**
 * What earlier releases wrote has the shapes that the contract gives it; messages are read in
 * messages.test.ts.
 */

const ajv = new Ajv2020({ strict: true, unicodeRegExp: true });
const faultsOf = (schema: TSchema) => {
  const validate = ajv.compile(schema);
  return (value: unknown) => (validate(value) ? [] : validate.errors);
};
const kinds = Object.keys(BODIES) as RecordKind[];
const faultsOfKind = new Map<string, (value: unknown) => unknown>(
  kinds.map((kind) => [kind, faultsOf(recordShape(kind))]),
);

describe.each(RELEASES)('release %s', (release) => {
  let folder = '';
  beforeAll(() => {
    folder = copyOfStores(release);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('wrote records of these shapes, on the box and at the township', () => {
    const db = new Database(join(folder, TOWN, 'township.sqlite'), { readonly: true });
    const jws = db.prepare('SELECT jws FROM records').pluck().all() as string[];
    db.close();
    const lines = exportLines(join(folder, CLINIC_BOX));
    const records = [...lines.map(({ record }) => record), ...jws.map((one) => payloadOf<Kinded>(one))];
    for (const record of records) expect(faultsOfKind.get(record.kind)?.(record)).toEqual([]);
    expect(new Set(records.map(({ kind }) => kind)).size).toBeGreaterThan(4);
  });

  test('exported lines of this shape', () => {
    const faults = faultsOf(ExportLine);
    for (const line of exportLines(join(folder, CLINIC_BOX))) expect(faults(line)).toEqual([]);
  });

  test('sent datasets whose content has these shapes', () => {
    const contents: Record<string, TSchema> = DATASET_CONTENTS;
    const seen = new Set<string>();
    for (const { what, plain } of messagesIn(release).messages) {
      if (what !== 'dataset') continue;
      const { says, content } = plain as { says: { name: string }; content: string };
      const schema = contents[says.name];
      if (!schema) continue; // a bundle has a compiler, and firmware is the vendor's
      expect(faultsOf(schema)(JSON.parse(content))).toEqual([]);
      seen.add(says.name);
    }
    expect([...seen].sort()).toEqual(Object.keys(contents).sort());
  });

  test('printed proofs of this shape on its slips', () => {
    const proofs = [...JSON.stringify(fixtureJson(release, 'answers.json')).matchAll(/"qr":"([^"]+)"/g)];
    expect(proofs.length).toBeGreaterThan(0);
    for (const [, jws = ''] of proofs) expect(faultsOf(SlipProof)(payloadOf(jws))).toEqual([]);
  });
});

interface Kinded {
  kind: string;
}

function exportLines(folder: string): { record: Kinded }[] {
  const sealer = createSealer(boxKeysIn(folder).data, () => Buffer.alloc(24));
  const store = openSqliteStore(join(folder, 'ledger.sqlite'));
  try {
    return [...exportLedger(store, sealer)].map((line) => JSON.parse(line));
  } finally {
    store.close();
  }
}
