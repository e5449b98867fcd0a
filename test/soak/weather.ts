import { cardOf } from '../../gateway/demo/devices.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { demoData, type SeededRandom } from '../processes/samples.ts';
import type { Rig } from './rig.ts';

/** Something that goes wrong, and how it is put right. */
interface Trouble {
  name: string;
  begin(): unknown;
  /** Nothing to put right when absent. */
  end?(): unknown;
  /** Visits that it lasts, at least. */
  visits: number;
}

const troublesOf = ({ pieces, link, broker, ...rig }: Rig): Trouble[] => {
  const { reader, printer } = pieces.devices;
  const persons: Person[] = demoData('roster').persons;
  const passer = persons.at(-1);
  return [
    { name: 'reader pulled', begin: () => reader.pull(), end: () => reader.plugIn(), visits: 3 },
    {
      name: 'a card read badly',
      begin() {
        reader.simulator.misbehave('read', { kind: 'checksum' });
        if (passer) pieces.devices.putCard(cardOf(passer, ''));
      },
      end: () => pieces.devices.liftCard(),
      visits: 1,
    },
    {
      name: 'paper out',
      begin: () => printer.printer.takePaperOut(),
      end: () => printer.printer.putPaperIn(),
      visits: 4,
    },
    {
      name: 'cover open',
      begin() {
        printer.printer.coverOpen = true;
      },
      end() {
        printer.printer.coverOpen = false;
        printer.printer.goOn();
      },
      visits: 2,
    },
    { name: 'printer off', begin: () => printer.powerOff(), end: () => printer.powerOn(), visits: 4 },
    { name: 'link cut', begin: () => link.cut(), end: () => link.join(), visits: 8 },
    { name: 'broker killed', begin: () => broker.restart(), visits: 1 },
    { name: 'gateway killed', begin: () => rig.killGateway(), visits: 2 },
    { name: 'township killed', begin: () => rig.killTownship(), visits: 2 },
    {
      name: 'township restored from a copy',
      begin: () => rig.copyTownship(),
      end: () => rig.restoreTownship(),
      visits: 8,
    },
    { name: 'disk full', begin: () => rig.fillDisk(), end: () => rig.freeDisk(), visits: 0 },
    {
      name: 'clock two days ahead',
      begin: () => rig.setClock('+2d'),
      end: () => rig.setClock('+0'),
      visits: 4,
    },
    {
      name: 'clock 41 days ahead',
      begin: () => rig.setClock('+41d'),
      end: () => rig.setClock('+0'),
      visits: 4,
    },
    {
      name: 'clock three days back',
      begin: () => rig.setClock('-3d'),
      end: () => rig.setClock('+0'),
      visits: 4,
    },
    {
      name: 'power cut with a clock of last week',
      async begin() {
        rig.setClock('-7d');
        await rig.killGateway();
      },
      end: () => rig.setClock('+0'),
      visits: 4,
    },
  ];
};

/** How long a trouble may last when nobody can settle meanwhile. */
const TROUBLE_MS_MAX = 6_000;
const LOOK_MS = 50;

/**
 * Every trouble in turn, in a drawn order, one after the other with a few quiet visits between, until the
 * signal. `settled` counts the visits so far. Gives how often each happened.
 */
export async function badWeather(
  rig: Rig,
  random: SeededRandom,
  settled: () => number,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const pause = async (visits: number, ms_max: number) => {
    const [from, began] = [settled(), performance.now()];
    while (settled() < from + visits && performance.now() - began < ms_max && !signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  };
  while (!signal.aborted) {
    const left = troublesOf(rig);
    while (left.length > 0 && !signal.aborted) {
      const [trouble] = left.splice(random.below(left.length), 1);
      if (!trouble) break;
      counts[trouble.name] = (counts[trouble.name] ?? 0) + 1;
      tell(`${settled()} visits: ${trouble.name}`);
      await trouble.begin();
      await pause(trouble.visits || Infinity, TROUBLE_MS_MAX);
      await trouble.end?.();
      await pause(4 + random.below(6), Infinity);
    }
  }
  return counts;
}
