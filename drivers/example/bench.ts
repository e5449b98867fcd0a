/**
 * Plays a scanner on a pseudo-terminal until it is stopped: `node drivers/example/bench.ts LINK`. The cable
 * goes in after three seconds, so that whoever is to see it may start before or after.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OnPty } from '../simulator/on-pty.ts';
import { ScannerSimulator } from './simulator.ts';

const [link] = process.argv.slice(2);
if (link === undefined) throw new Error('usage: bench.ts LINK, the path that the settings name');
const gun = new OnPty(new ScannerSimulator(), link);
await pause(3_000);
await gun.plugIn();
for (;;) {
  await pause(3_000);
  gun.simulator.scan('6901234567892');
  await pause(3_000);
  gun.simulator.half('6901234567892', 7);
}
