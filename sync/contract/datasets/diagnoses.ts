import Type, { type Static } from 'typebox';
import { open, shortText } from '../schema.ts';
import { maybeEmpty } from './fields.ts';

export const DiagnosisItem = open({
  diag_code: shortText(20),
  diag_name: shortText(200),
  pym: maybeEmpty(200),
  dise_codg: Type.Optional(shortText(30)),
});
export type DiagnosisItem = Static<typeof DiagnosisItem>;

/** Content of the dataset `diagnoses`. */
export const Diagnoses = open({ diagnoses: Type.Array(DiagnosisItem, { maxItems: 20_000 }) });
export type Diagnoses = Static<typeof Diagnoses>;
