import { join } from 'node:path';
import { bytesOf, CLINIC, repeatable, SOFTWARE, TOWNSHIP } from './given.ts';
import {
  type Box,
  boxLogin,
  createDesk,
  createEntitlement,
  createLedger,
  createLink,
  createReceiver,
  enrolledBox,
  faultOfDataset,
  followReference,
  fromBase64url,
  type LedgerParts,
  makeBoxKeys,
  makeTlsKey,
  makeTownshipKeys,
  openSqliteStore,
  openStateDir,
  openTownshipOffice,
  presenceWill,
  readBoxKeys,
  readRoleKey,
  readTownshipKeys,
  type StateDir,
  SyncError,
  wrapFor,
} from './product.ts';
import type { World } from './world.ts';

/** The two sides as the product composes them, but for clock, randomness and broker. */

const GB = 2 ** 30;

/** Writes a township's four key files. */
export function makeTownshipFolder(folder: string): void {
  const state = openStateDir(folder);
  const made = makeTownshipKeys(repeatable('township keys'));
  state.write('keys.json', made.township);
  state.write('recovery.json', made.recovery);
  state.write('insurer.json', made.insurer);
  const vendor = { v: 1, holds: 'vendor', signing: bytesOf('vendor').toString('base64url') };
  state.write('vendor.json', `${JSON.stringify(vendor, null, 2)}\n`);
}

export function townshipKeysIn(folder: string) {
  const state = openStateDir(folder);
  const read = (name: string) => state.read(name) ?? '';
  return {
    keys: readTownshipKeys(read('keys.json')),
    insurer: readRoleKey(read('insurer.json'), 'insurer'),
    vendor: readRoleKey(read('vendor.json'), 'vendor'),
  };
}

/** The township in a folder: its counter, and its receiver at the broker. */
export async function startTownship(world: World, folder: string, seed = 'township') {
  const { clock, log } = world;
  const random = repeatable(seed);
  const { keys, insurer, vendor } = townshipKeysIn(folder);
  const trust = { insurer: [insurer.jwk], vendor: [vendor.jwk] };
  const path = join(folder, 'township.sqlite');
  const office = openTownshipOffice({ path, township: TOWNSHIP, keys, trust, clock, random });
  const bus = world.bus();
  const receiver = createReceiver({
    ...{ bus, keys, clock, random, log },
    ...{ store: office.store, datasets: office.datasets, enrolment: office.enrolment },
    check: (key, message, signature) => Promise.resolve(key.verify(message, signature)),
  });
  await receiver.start();
  return {
    ...office,
    keys,
    insurer,
    vendor,
    receiver,
    async stop(): Promise<void> {
      await bus.close();
      await receiver.stop();
      office.close();
    },
  };
}

export type TestTownship = Awaited<ReturnType<typeof startTownship>>;

/** A box's disk before it first enrols: keys and the ledger's id. `data`: data key of the box it replaces. */
export function makeBoxFolder(folder: string, seed: string, data?: Uint8Array): StateDir {
  const state = openStateDir(folder);
  state.write('keys.json', makeBoxKeys(repeatable(`${seed} keys`), data));
  state.write('tls.key', makeTlsKey(repeatable(`${seed} tls`)));
  const ledger = bytesOf(`${seed} ledger`, 16).toString('hex');
  state.write('enrolment.json', JSON.stringify({ ledger, enrolment: null }));
  return state;
}

/** Enrols the box in a folder, or finds it enrolled. */
export const enrolBox = (world: World, folder: string, code: string | null): Promise<Box> =>
  world.until(
    enrolledBox({
      state: openStateDir(folder),
      code,
      connect: () => world.bus(),
      random: repeatable(`${folder.split('/').at(-1)} enrols`),
      clock: world.clock,
    }),
  );

/** As the product opens a box's ledger, but for clock, randomness and room. */
export function ledgerPartsOf(world: World, folder: string, { keys, ledger, enrolment }: Box): LedgerParts {
  const { clinic, township, trust } = enrolment;
  const random = repeatable('ledger');
  const data_key = wrapFor(fromBase64url(township.recovery), keys.data, random).toString('base64url');
  return {
    store: openSqliteStore(join(folder, 'ledger.sqlite')),
    keys: { signing: keys.signing, dataKey: keys.data },
    clinic: clinic.fixmedins_code,
    clock: world.clock,
    random,
    disk: () => ({ free: 20 * GB, total: 32 * GB }),
    opening: { ledger, facts: { clinic, township, trust, box: keys.signing.jwk, data_key, previous: null } },
    validate(name, content) {
      const fault = faultOfDataset(name, content);
      if (fault) throw new SyncError('DATASET_REFUSED', `${name}: ${fault}`);
    },
  };
}

/** The ledger in a box's folder and the desk on it; `ledger`: one that is open already. */
export function openClinic(
  world: World,
  folder: string,
  box: Box,
  ledger = createLedger(ledgerPartsOf(world, folder, box)),
) {
  let visits = ledger.head().seq;
  const reference = followReference(ledger);
  const desk = createDesk({
    ledger,
    reference,
    entitlement: createEntitlement({ reference, used: ledger.used, revoked: () => false }),
    now: world.clock.now,
    newId: () => bytesOf(`visit ${++visits}`, 16).toString('hex'),
    software: SOFTWARE,
    // Kept beside the ledger, which holds the same with it and without: nothing is written, no timer set.
    drafts: {
      file: { read: () => null, write: () => undefined },
      clock: { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined },
      failed: () => undefined,
    },
    changed: () => undefined,
  });
  return { ledger, desk };
}

export type TestClinic = ReturnType<typeof openClinic>;

/** Puts a box on the wire. */
export function startLink(world: World, { ledger }: TestClinic, box: Box, boot: string) {
  const { clock, log } = world;
  const { enrolment, keys, certificate } = box;
  if (boxLogin(enrolment).clientId !== `${CLINIC.fixmedins_code}/${box.ledger}`)
    throw new Error('another name');
  const bus = world.bus({ will: presenceWill(ledger, boot) });
  const link = createLink({
    ...{ bus, enrolment, certificate, clock, log, boot },
    random: repeatable(`${boot} link`),
    source: ledger,
    signing: keys.signing,
    sealing: keys.sealing,
    status: () => ({}),
  });
  link.start();
  return {
    ...link,
    async stop(): Promise<void> {
      await world.until(link.stop());
      await bus.close();
    },
  };
}

export const boxKeysIn = (folder: string) => readBoxKeys(openStateDir(folder).read('keys.json') ?? '');
