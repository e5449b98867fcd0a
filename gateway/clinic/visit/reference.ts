import { Ajv } from 'ajv';
import { type CompiledBundle, compileBundle } from '../../../policy/index.ts';
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
  dataset(name: string): DatasetInForce | null;
  datasetNames(): string[];
}

export interface BundleInForce {
  bundle: CompiledBundle;
  ref: DatasetRef;
}

interface InForce<T> {
  ref: DatasetRef;
  value: T;
}

/** Everything a visit is made from, parsed and indexed once per dataset in force. */
export interface Reference {
  clinic: InForce<Clinic>;
  operators: InForce<Operator[]>;
  catalogue: InForce<Map<string, CatalogueItem>>;
  diagnoses: InForce<Map<string, DiagnosisItem>>;
  roster: InForce<RosterIndex>;
  bundles: BundleInForce[];
}

const ajv = new Ajv({ strict: true });
const checkers = {
  catalogue: ajv.compile<Catalogue>(DATASET_CONTENTS.catalogue),
  diagnoses: ajv.compile<Diagnoses>(DATASET_CONTENTS.diagnoses),
  roster: ajv.compile<Roster>(DATASET_CONTENTS.roster),
  operators: ajv.compile<Operators>(DATASET_CONTENTS.operators),
  clinic: ajv.compile<Clinic>(DATASET_CONTENTS.clinic),
};

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

function parsed<T>(source: DatasetSource, name: string): InForce<T> {
  const found = source.dataset(name);
  if (!found) throw new Refusal('NOT_READY', `dataset ${name} is missing`);
  return { ref: found.ref, value: JSON.parse(found.content) as T };
}

const indexBy = <T>(list: T[], key: (item: T) => string) => new Map(list.map((item) => [key(item), item]));

/** Reads all that is in force. Refusal NOT_READY when something a visit needs has not come yet. */
function loadReference(source: DatasetSource): Reference {
  const catalogue = parsed<Catalogue>(source, 'catalogue');
  const diagnoses = parsed<Diagnoses>(source, 'diagnoses');
  const roster = parsed<Roster>(source, 'roster');
  const operators = parsed<Operators>(source, 'operators');
  return {
    clinic: parsed<Clinic>(source, 'clinic'),
    operators: { ref: operators.ref, value: operators.value.operators },
    catalogue: { ref: catalogue.ref, value: indexBy(catalogue.value.items, (item) => item.med_list_codg) },
    diagnoses: { ref: diagnoses.ref, value: indexBy(diagnoses.value.diagnoses, (item) => item.diag_code) },
    roster: { ref: roster.ref, value: indexRoster(roster.value.persons) },
    bundles: source
      .datasetNames()
      .filter(isBundle)
      .map((name) => bundleInForce(source, name)),
  };
}

function bundleInForce(source: DatasetSource, name: string): BundleInForce {
  const { ref, value } = parsed<unknown>(source, name);
  const compiled = compileBundle(value);
  // It compiled when it came into force; if it no longer does, this release differs from that one.
  if (!compiled.ok) throw new Refusal('POLICY_INVALID', name);
  return { bundle: compiled.bundle, ref };
}

/** What is in force now, read once for each change. Refusal NOT_READY until the datasets have come. */
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
