import { inventoryOf } from '../../firmware-bridge/inventory.ts';
import { createMqttBus } from '../../sync/bus/mqtt.ts';
import { createLink, type Link } from '../../sync/clinic/link.ts';
import { boxLogin } from '../../sync/clinic/login.ts';
import { presenceWill } from '../../sync/clinic/presence.ts';
import type { Clock, Log, Random } from '../../sync/ports.ts';
import type { Health } from '../health.ts';
import type { Ledger } from '../ledger/index.ts';
import type { DeviceSet } from './devices.ts';
import type { Box } from './enrol.ts';

interface LinkParts {
  box: Box;
  ledger: Ledger;
  health: Health;
  devices: DeviceSet;
  broker: string;
  log: Log;
  software: string;
  /** Of this start of the process. */
  boot: string;
  clock: Clock;
  random: Random;
}

/** With these the clock goes on: the township may find that it says the same. */
const STILL_SAYS = new Set(['CLOCK_UNCONFIRMED', 'CLOCK_DISPUTED']);

/** A box's link to its township; its end is the end of the bus under it. */
export function openLink(parts: LinkParts): Link {
  const { box, ledger, health, devices, broker, log, boot, software, clock, random } = parts;
  const { enrolment, keys, certificate } = box;
  const common = { clock, random };
  const bus = createMqttBus({
    url: broker,
    tls: certificate.tls,
    ...boxLogin(enrolment),
    will: presenceWill(ledger, boot),
    ...common,
  });
  const link = createLink({
    bus,
    source: ledger,
    signing: keys.signing,
    sealing: keys.sealing,
    enrolment,
    certificate,
    log,
    boot,
    time() {
      const { now, code } = ledger.time();
      return code === null || STILL_SAYS.has(code) ? now : null;
    },
    status: () => ({
      software,
      ...health.presence(),
      certificate: certificate.status().until,
      devices: inventoryOf(devices.all),
    }),
    ...common,
  });
  return {
    ...link,
    async stop() {
      await link.stop();
      await bus.close();
    },
  };
}
