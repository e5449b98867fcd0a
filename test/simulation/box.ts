import { createLedger, type Ledger, LedgerError } from '../../gateway/ledger/index.ts';
import { type Fault, ModelDisk, ModelStore } from '../../gateway/ledger/store/index.ts';
import { restoreLedger } from '../../gateway/ledger/tools/index.ts';
import { createLink, type Link } from '../../sync/clinic/link.ts';
import { presenceWill } from '../../sync/clinic/presence.ts';
import { makeBoxKeys, readBoxKeys } from '../../sync/record/key-file.ts';
import type { Head } from '../../sync/record/record.ts';
import { copyOf } from './backup.ts';
import { demand } from './book.ts';
import { Crash, createProcess, type Process } from './process.ts';
import type { Box, BoxFacts, Medium, World } from './types.ts';

const GB = 2 ** 30;
export const HEALTHY_DISK = { free: 20 * GB, total: 32 * GB };

/** A clinic's box: what lies on its disk outlives each life of its process. */
export function createBox(world: World, clinic: string): Box {
  const { time, chance } = world;
  const facts: BoxFacts = { skew_ms: 0, full: false, offline: false, disk: HEALTHY_DISK };
  let medium: Medium = { ...newKeys(), disk: new ModelDisk(), from: null };
  let life: { process: Process; ledger: Ledger; link: Link } | null = null;
  let last: Process | null = null;
  let backup: Medium | null = null;

  function newKeys(data?: Uint8Array): Pick<Medium, 'ledger' | 'keys'> {
    const keys = readBoxKeys(makeBoxKeys(chance.keys.bytes));
    const ledger = Buffer.from(chance.keys.bytes(16)).toString('hex');
    return { ledger, keys: data ? { ...keys, data } : keys };
  }

  function faultOf(process: Process, { ledger }: Medium): Fault {
    return (at) => {
      if (at === 'committed') world.oracle.touched(ledger);
      if (!process.alive()) throw new Crash();
      const gone = process.point();
      if (gone === 'crash') throw new Crash();
      if (gone === 'disk failed') throw new LedgerError('DISK_FAILED', `simulated, at ${at}`);
      if (at !== 'committed' && (facts.full || gone === 'disk full'))
        throw new LedgerError('DISK_FULL', `simulated, at ${at}`);
    };
  }

  function open(process: Process): Ledger {
    const { ledger, keys, disk, from } = medium;
    const store = new ModelStore(disk, faultOf(process, medium));
    const parts = {
      store,
      keys: { signing: keys.signing, dataKey: keys.data },
      clinic,
      clock: process.clock,
      clockState: process.clockState,
      random: chance.product.bytes,
      disk: () => (facts.full ? { ...facts.disk, free: 0 } : facts.disk),
      opening: { ledger, facts: { box: keys.signing.jwk } },
    };
    if (!from || store.meta('ledger') !== null) return createLedger(parts);
    const old = { store: new ModelStore(from.backup.disk), keyOf: () => from.backup.keys.signing };
    return restoreLedger({ ...parts, backup: old, held: from.held }).ledger;
  }

  function connect(process: Process, ledger: Ledger): Link {
    const boot = Buffer.from(chance.product.bytes(8)).toString('hex');
    const options = { clock: process.clock, random: chance.product.bytes, log: world.log, boot };
    const { signing, sealing } = medium.keys;
    const enrolment = world.town.enrolmentOf(clinic, medium.ledger);
    const bus = process.bus(presenceWill(ledger, boot));
    const time = () => (ledger.time().code === null ? ledger.time().now : null);
    return createLink({
      ...options,
      bus,
      source: ledger,
      signing,
      sealing,
      enrolment,
      time,
      status: () => ({}),
    });
  }

  function start(): void {
    if (life) return;
    last?.leave();
    const onDeath = () => {
      life = null;
      world.note('box died', clinic);
      time.at(chance.faults.upTo(60_000), process.leave);
      time.at(chance.faults.wait(120_000), start);
    };
    const process = createProcess({
      time,
      broker: world.broker,
      skew: () => facts.skew_ms,
      offline: () => facts.offline,
      onDeath,
    });
    last = process;
    try {
      const ledger = open(process);
      const link = connect(process, ledger);
      life = { process, ledger, link };
      link.start();
      watch(process, ledger);
      world.note('box started', `${clinic} ${ledger.head().seq}`);
    } catch (error) {
      if (!(error instanceof Crash || error instanceof LedgerError)) throw error;
      world.note('box did not start', `${clinic} ${error.message}`);
      const shut = error instanceof LedgerError && error.code === 'DISK_FULL' && medium.disk.meta.size > 0;
      demand(!shut, 'a full disk keeps no box from opening', () => `${clinic} ${error.message}`);
      process.die();
    }
  }

  function watch(process: Process, ledger: Ledger): void {
    process.clock.setTimeout(() => {
      world.attempt(() => ledger.maintain());
      watch(process, ledger);
    }, 600_000);
  }

  return {
    clinic,
    facts,
    start,
    life: () => life,
    medium: () => medium,
    makeBackup(): void {
      if (medium.disk.meta.size > 0) backup = { ...medium, disk: copyOf(medium.disk) };
    },
    backup: () => backup,
    restore(from: Medium, held: Head | null): void {
      life?.process.die();
      medium = { ...newKeys(from.keys.data), disk: new ModelDisk(), from: { backup: from, held } };
      backup = null;
    },
    putBack(image: Medium): void {
      life?.process.die();
      medium = { ...image, disk: copyOf(image.disk) };
    },
    copy: (): Medium => ({ ...medium, disk: copyOf(medium.disk) }),
  };
}
