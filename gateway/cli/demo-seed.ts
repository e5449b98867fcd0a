import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { roleOf, signDataset } from '../../sync/record/dataset.ts';
import { realClock } from '../real.ts';
import { hashPin } from '../web/pin.ts';
import { type Command, text } from './command.ts';
import { withOffice } from './township-office.ts';

/** Both operators of the demo; everybody may know it. */
export const DEMO_PIN = '246810';

const DATA = new URL('../demo/data/', import.meta.url);
const BUNDLES = new URL('../../policy/bundles/', import.meta.url);
/** The seeds' policies are those of 2024; the demo must work whatever today is. */
const DEMO_ENDDATE = '2099-12-31';

export const demoJson = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, DATA), 'utf8'));

function demoBundle(file: string): { bundle: string } {
  const bundle = JSON.parse(readFileSync(new URL(`${file}.json`, BUNDLES), 'utf8'));
  return {
    ...bundle,
    title: `${bundle.title}（演示：有效期放宽）`,
    begndate: '2024-01-01',
    enddate: DEMO_ENDDATE,
  };
}

async function demoOperators() {
  const { operators } = demoJson('operators') as { operators: object[] };
  const pin = () => hashPin(DEMO_PIN, randomBytes(16));
  return {
    operators: await Promise.all(operators.map(async (operator) => ({ ...operator, pin: await pin() }))),
  };
}

/** What no other clinic of the township should get. */
const OF_ONE_CLINIC = ['clinic', 'operators', 'roster'];

/** What a township and an insurer would publish, as the demo has it. */
async function demoDatasets(): Promise<[string, unknown][]> {
  const bundles = ['datong-hunyuan', 'shanwei'].map(demoBundle);
  return [
    ['clinic', demoJson('clinic')],
    ['operators', await demoOperators()],
    ['diagnoses', demoJson('diagnoses')],
    ['catalogue', demoJson('catalogue')],
    ['roster', demoJson('roster')],
    ...bundles.map((bundle): [string, unknown] => [`bundle/${bundle.bundle}`, bundle]),
  ];
}

export const demoSeedCommand: Command = {
  takes: '--state DIR',
  does: 'gives a new township the demo’s datasets and prints an enrolment code for the demo clinic',
  options: { state: text },
  run: (values) =>
    withOffice(values, async (office, signers) => {
      office.clock.assertRight();
      const issued = new Date(realClock.now()).toISOString();
      const { fixmedins_code, fixmedins_name, level, mode, admdvs } = demoJson('clinic');
      for (const [name, value] of await demoDatasets()) {
        const key = signers[roleOf(name) === 'insurer' ? 'insurer' : 'township'];
        const clinic = OF_ONE_CLINIC.includes(name) ? fixmedins_code : '*';
        const version = office.datasets.next(name, clinic);
        office.datasets.add(
          signDataset({ name, version, clinic, issued, content: JSON.stringify(value) }, key),
        );
      }
      process.stdout.write(`${office.invite({ fixmedins_code, fixmedins_name, level, mode, admdvs }, 7)}\n`);
      return 0;
    }),
};
