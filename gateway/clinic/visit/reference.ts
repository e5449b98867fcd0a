import { Ajv } from 'ajv';
import { type CompiledBundle, compileBundle } from '../../../policy/index.ts';
import { CodedError } from '../../../sync/coded-error.ts';
import type { DatasetRef } from '../../../sync/contract/bodies/settlement.ts';
import type { Catalogue, CatalogueItem } from '../../../sync/contract/datasets/catalogue.ts';
import type { Clinic } from '../../../sync/contract/datasets/clinic.ts';
import { DATASET_CONTENTS } from '../../../sync/contract/datasets/contents.ts';
import type { Diagnoses, DiagnosisItem } from '../../../sync/contract/datasets/diagnoses.ts';
import type { Operator, Operators } from '../../../sync/contract/datasets/operators.ts';
import type { Roster } from '../../../sync/contract/datasets/roster.ts';
import { Refusal } from '../../errors.ts';
import { indexRoster, type RosterIndex } from './roster-index.ts';

/** A dataset in force, as the ledger keeps it. */
interface DatasetInForce {
  content: string;
  ref: DatasetRef;
}

interface DatasetSource {
  /** DATASET_DAMAGED. */
  dataset(name: string): DatasetInForce | null;
  /** Also of one that cannot be read. */
  datasetRef(name: string): DatasetRef | null;
  datasetNames(): string[];
}

export interface BundleInForce {
  bundle: CompiledBundle;
  ref: DatasetRef;
}

interface InForce<T> {
  /** Refusal NOT_READY when it has not come. */
  readonly ref: DatasetRef;
  /** Refusal NOT_READY; DATASET_DAMAGED when it cannot be read. */
  readonly value: T;
  /** Null in place of a refusal. */
  readonly held: T | null;
}

/**
 * Everything a visit is made from, parsed and indexed once per dataset in force. One that has not come or
 * cannot be read refuses only whoever needs it.
 */
export interface Reference {
  /** All that a visit needs has come, readable or not. */
  complete: boolean;
  clinic: InForce<Clinic>;
  operators: InForce<Operator[]>;
  catalogue: InForce<Map<string, CatalogueItem>>;
  diagnoses: InForce<Map<string, DiagnosisItem>>;
  roster: InForce<RosterIndex>;
  /** Those that can be read. */
  bundles: BundleInForce[];
  /** Of the first bundle that cannot: a person whom none of the others covers may be one of its. */
  bundleFault: Error | null;
}

const ajv = new Ajv({ strict: true });
const checkers = {
  catalogue: ajv.compile<Catalogue>(DATASET_CONTENTS.catalogue),
  diagnoses: ajv.compile<Diagnoses>(DATASET_CONTENTS.diagnoses),
  roster: ajv.compile<Roster>(DATASET_CONTENTS.roster),
  operators: ajv.compile<Operators>(DATASET_CONTENTS.operators),
  clinic: ajv.compile<Clinic>(DATASET_CONTENTS.clinic),
};

const NEEDED = ['clinic', 'operators', 'catalogue', 'diagnoses', 'roster'];
const isBundle = (name: string) => name.startsWith('bundle/');

/**
 * Says what is wrong with a dataset's content, or null. A township's roster that is off its shape must not
 * come into force: the old one stays. A bundle must compile and carry the name it is sent under.
 */
export function faultOfDataset(name: string, content: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return 'not JSON';
  }
  if (isBundle(name)) return faultOfBundle(name, value);
  if (!Object.hasOwn(checkers, name)) return null;
  const check = checkers[name as keyof typeof checkers];
  return check(value) ? null : `${check.errors?.[0]?.instancePath} ${check.errors?.[0]?.message}`;
}

function faultOfBundle(name: string, value: unknown): string | null {
  const compiled = compileBundle(value);
  if (!compiled.ok) return `POLICY_INVALID at ${compiled.problems[0]?.path ?? 'the top'}`;
  return name === `bundle/${compiled.bundle.name}` ? null : 'the bundle has another name';
}

type Attempt<T> = { value: T; fault: null } | { value: null; fault: Error };

/** Any other error than a coded one is a fault in the code, and passes. */
function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read(), fault: null };
  } catch (error) {
    if (error instanceof CodedError) return { value: null, fault: error };
    throw error;
  }
}

function contentOf<T>(source: DatasetSource, name: string): { ref: DatasetRef; content: T } {
  const found = source.dataset(name);
  if (!found) throw new Refusal('NOT_READY', `dataset ${name} is missing`);
  return { ref: found.ref, content: JSON.parse(found.content) as T };
}

function inForce<T, Value>(
  source: DatasetSource,
  name: string,
  indexed: (content: T) => Value,
): InForce<Value> {
  const { value: found, fault } = attempt(() => {
    const { ref, content } = contentOf<T>(source, name);
    return { ref, value: indexed(content) };
  });
  if (found) return { ...found, held: found.value };
  const ref = source.datasetRef(name);
  return {
    get ref() {
      if (ref === null) throw fault;
      return ref;
    },
    get value(): Value {
      throw fault;
    },
    held: null,
  };
}

const indexBy = <T>(list: T[], key: (item: T) => string) => new Map(list.map((item) => [key(item), item]));

/** Reads all that is in force. */
function loadReference(source: DatasetSource): Reference {
  const names = source.datasetNames();
  const bundles = names.filter(isBundle).map((name) => attempt(() => bundleInForce(source, name)));
  return {
    complete: bundles.length > 0 && NEEDED.every((name) => names.includes(name)),
    clinic: inForce(source, 'clinic', (clinic: Clinic) => clinic),
    operators: inForce(source, 'operators', ({ operators }: Operators) => operators),
    catalogue: inForce(source, 'catalogue', ({ items }: Catalogue) =>
      indexBy(items, (item) => item.med_list_codg),
    ),
    diagnoses: inForce(source, 'diagnoses', ({ diagnoses }: Diagnoses) =>
      indexBy(diagnoses, (item) => item.diag_code),
    ),
    roster: inForce(source, 'roster', ({ persons }: Roster) => indexRoster(persons)),
    bundles: bundles.flatMap(({ value }) => value ?? []),
    bundleFault: bundles.find(({ fault }) => fault !== null)?.fault ?? null,
  };
}

function bundleInForce(source: DatasetSource, name: string): BundleInForce {
  const { ref, content } = contentOf<unknown>(source, name);
  const compiled = compileBundle(content);
  // It compiled when it came into force; if it no longer does, this release differs from that one.
  if (!compiled.ok) throw new Refusal('POLICY_INVALID', name);
  return { bundle: compiled.bundle, ref };
}

/** What is in force now, read once for each change. */
export type ReferenceNow = () => Reference;

export function followReference(
  source: DatasetSource & { onDataset(listener: () => void): void },
): ReferenceNow {
  let loaded: Reference | null = null;
  source.onDataset(() => {
    loaded = null;
  });
  return () => {
    loaded ??= loadReference(source);
    return loaded;
  };
}
