import { chinaDay } from '../../policy/index.ts';
import { DATASET_BYTES_MAX } from '../../sync/contract/limits.ts';
import { roleOf, signDataset } from '../../sync/record/dataset.ts';
import { isClinicCode } from '../../sync/township/publish/coded-values.ts';
import {
  bundleDoubts,
  type EditionDoubt,
  inForce,
  shrinkDoubts,
} from '../../sync/township/publish/edition.ts';
import { lexiconOf } from '../../sync/township/publish/lexicon.ts';
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
  if (typeof given === 'string') {
    if (!isClinicCode(given))
      throw new UsageError(
        `--clinic “${given}”：机构编码应是大写 H 加 11 位数字 (H and 11 digits are wanted)`,
      );
    return given;
  }
  if (OF_PEOPLE.includes(name) && !values['all-clinics'])
    throw new UsageError(`a ${name} names people: say --clinic CODE, or --all-clinics`);
  return '*';
}

/** A code that no box has is probably mistyped: the dataset would reach nobody. */
function sayIfUnknown({ store }: TownshipOffice, clinic: string): void {
  if (clinic === '*' || store.ledgers.all().some((row) => row.clinic === clinic)) return;
  process.stderr.write(`no box of a clinic ${clinic} is enrolled yet\n`);
}

/** What speaks against putting a dataset in the place of what its clinic has. */
function doubtsOf(
  { store }: TownshipOffice,
  { name, clinic, value, skipped }: { name: string; clinic: string; value: unknown; skipped: number },
): EditionDoubt[] {
  if (name.startsWith('bundle/'))
    return bundleDoubts(value, inForce(store, 'bundle/', clinic), chinaDay(realClock.now()));
  return shrinkDoubts(name, value, inForce(store, name, clinic), skipped);
}

/** Says every doubt that no option takes away. Refusal EDITION_REFUSED. */
function assertMeant(doubts: EditionDoubt[], file: string, values: Values): void {
  const open = doubts.filter(({ option }) => option === undefined || values[option.slice(2)] !== true);
  for (const { zh, en, option } of open) {
    const [yes, meant] = option ? [`；确实要这样发，加 ${option}`, `; if it is meant: ${option}`] : ['', ''];
    process.stderr.write(`${file}: ${zh}${yes}\n  ${en}${meant}\n`);
  }
  if (open.length > 0) throw new Refusal('EDITION_REFUSED', `${file}: nothing was published`);
}

export const publishCommand: Command = {
  takes:
    '--state DIR --name NAME --file FILE [--clinic CODE | --all-clinics] [--skip-bad] [--replace] [--shrink]',
  does:
    'checks a dataset (roster, catalogue, bundle/…) row by row, signs it and sends it to the boxes it is for; ' +
    '--skip-bad leaves out the rows that are wrong; --replace puts an older bundle in the place of a newer; ' +
    '--shrink lets more than a fifth of the rows go',
  options: {
    state: text,
    today: text,
    name: text,
    file: text,
    clinic: text,
    'all-clinics': flag,
    'skip-bad': flag,
    replace: flag,
    shrink: flag,
  },
  run: (values) =>
    withOffice(values, (office, signers) => {
      const name = need(values, 'name');
      const role = roleOf(name);
      if (role !== 'insurer' && role !== 'township')
        throw new UsageError(`nobody here signs a dataset ${name}`);
      const lexicon = lexiconOf(inForce(office.store, 'bundle/', '*'));
      const { content, value, skipped } = datasetOf(
        name,
        need(values, 'file'),
        values['skip-bad'] === true,
        lexicon,
      );
      const size = Buffer.byteLength(content);
      if (size > DATASET_BYTES_MAX)
        throw new Refusal(
          'DATASET_INVALID',
          `${size} bytes, at most ${DATASET_BYTES_MAX}: publish by clinic`,
        );
      const clinic = clinicFor(name, values, value);
      sayIfUnknown(office, clinic);
      assertMeant(doubtsOf(office, { name, clinic, value, skipped }), need(values, 'file'), values);
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
