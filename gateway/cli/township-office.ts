import { mosquittoLists } from '../../sync/township/broker/mosquitto.ts';
import type { BrokerAccess } from '../../sync/township/enrol/access.ts';
import type { TownshipOffice } from '../../sync/township/township.ts';
import { realClock } from '../real.ts';
import { openStateDir, type StateDir } from '../state-dir.ts';
import { openTownship, type Signers, type TownshipFolder } from '../township.ts';
import { need, type Values } from './command.ts';

/** What the options of every township command say of its folder. */
export function folderOf(values: Values): TownshipFolder {
  const { code, name, today } = values;
  return {
    stateDir: need(values, 'state'),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    emptyDatabase: values['empty-database'] === true,
    ...(typeof today === 'string' ? { today } : {}),
  };
}

/** Where Mosquitto's files are, once there are any. */
export const MOSQUITTO = 'mosquitto.json';

/**
 * A code, or a revocation, that Mosquitto does not know of is none; one that is used up or has ended must not
 * stay.
 */
export function refreshMosquitto(state: StateDir, access: BrokerAccess): void {
  const known = state.read(MOSQUITTO);
  if (known === null) return;
  const { dir } = JSON.parse(known) as { dir: string };
  const files = openStateDir(dir, 'group');
  const lists = mosquittoLists(access, new Date(realClock.now()).toISOString());
  const changed = Object.entries(lists).filter(([name, text]) => files.read(name) !== text);
  for (const [name, text] of changed) files.write(name, text);
  if (changed.length > 0)
    process.stderr.write(`${dir} has changed: let Mosquitto read it (systemctl reload mosquitto)\n`);
}

/** Opens the office, beside a running township too, and tells Mosquitto what has come of the work. */
export async function withOffice<T>(
  values: Values,
  work: (office: TownshipOffice, signers: Signers) => T | Promise<T>,
): Promise<T> {
  const folder = folderOf(values);
  const { office, signers } = openTownship(folder);
  try {
    const result = await work(office, signers);
    refreshMosquitto(openStateDir(folder.stateDir), office.access);
    return result;
  } finally {
    office.close();
  }
}
