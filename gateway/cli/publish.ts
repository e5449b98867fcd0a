import { DATASET_BYTES_MAX } from '../../sync/contract/limits.ts';
import { roleOf, signDataset } from '../../sync/record/dataset.ts';
import type { TownshipOffice } from '../../sync/township/township.ts';
import { Refusal } from '../errors.ts';
import { realClock } from '../real.ts';
import { type Command, flag, need, text, UsageError, type Values } from './command.ts';
import { datasetOf } from './dataset-file.ts';
import { withOffice } from './township-office.ts';

/** Whom a dataset is about decides to whom it goes: what names people goes nowhere by omission. */
const OF_PEOPLE = ['roster', 'operators'];

/** The clinic that a dataset is for, or `*`. UsageError when that is not said and must be. */
function clinicFor(name: string, values: Values, content: unknown): string {
  const given = values.clinic;
  if (name === 'clinic') {
    const { fixmedins_code } = content as { fixmedins_code: string };
    if (given !== undefined && given !== fixmedins_code)
      throw new UsageError(`the file is about ${fixmedins_code}, --clinic says ${String(given)}`);
    return fixmedins_code;
  }
  if (typeof given === 'string' && values['all-clinics'])
    throw new UsageError('--clinic and --all-clinics exclude each other');
  if (typeof given === 'string') return given;
  if (OF_PEOPLE.includes(name) && !values['all-clinics'])
    throw new UsageError(`a ${name} names people: say --clinic CODE, or --all-clinics`);
  return '*';
}

/** A code that no box has is probably mistyped: the dataset would reach nobody. */
function sayIfUnknown({ store }: TownshipOffice, clinic: string): void {
  if (clinic === '*' || store.ledgers.all().some((row) => row.clinic === clinic)) return;
  process.stderr.write(`no box of a clinic ${clinic} is enrolled yet\n`);
}

export const publishCommand: Command = {
  takes: '--state DIR --name NAME --file FILE [--clinic CODE | --all-clinics] [--skip-bad]',
  does:
    'checks a dataset (roster, catalogue, bundle/…) row by row, signs it and sends it to the boxes it is for; ' +
    '--skip-bad leaves out the rows that are wrong',
  options: {
    state: text,
    today: text,
    name: text,
    file: text,
    clinic: text,
    'all-clinics': flag,
    'skip-bad': flag,
  },
  run: (values) =>
    withOffice(values, (office, signers) => {
      const name = need(values, 'name');
      const role = roleOf(name);
      if (role !== 'insurer' && role !== 'township')
        throw new UsageError(`nobody here signs a dataset ${name}`);
      const { content, value, skipped } = datasetOf(name, need(values, 'file'), values['skip-bad'] === true);
      const size = Buffer.byteLength(content);
      if (size > DATASET_BYTES_MAX)
        throw new Refusal(
          'DATASET_INVALID',
          `${size} bytes, at most ${DATASET_BYTES_MAX}: publish by clinic`,
        );
      const clinic = clinicFor(name, values, value);
      sayIfUnknown(office, clinic);
      office.clock.assertRight();
      const issued = new Date(realClock.now()).toISOString();
      const version = office.datasets.next(name, clinic);
      const { sha256 } = office.datasets.add(
        signDataset({ name, version, clinic, issued, content }, signers[role]),
      );
      const without = skipped > 0 ? ` without ${skipped} rows` : '';
      process.stdout.write(`${name} version ${version} ${sha256}${without}\n`);
      return 0;
    }),
};
