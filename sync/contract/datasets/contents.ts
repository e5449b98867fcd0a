import { Catalogue } from './catalogue.ts';
import { Clinic } from './clinic.ts';
import { Diagnoses } from './diagnoses.ts';
import { Operators } from './operators.ts';
import { Roster } from './roster.ts';

/**
 * Shape of a dataset's content by its name. A `bundle/…` has policy/bundle.schema.json and what the compiler
 * checks beyond it; a `firmware/…` is the vendor's.
 */
export const DATASET_CONTENTS = {
  catalogue: Catalogue,
  diagnoses: Diagnoses,
  roster: Roster,
  operators: Operators,
  clinic: Clinic,
};

/** `$id` of the schema of a bundle. */
export const BUNDLE_SCHEMA_ID = 'https://cunyitong.example/schema/bundle.json';
