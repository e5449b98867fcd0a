import { expect, test } from 'vitest';
import { mosquittoHere } from '../../sync/testing/mosquitto.ts';
import { killRun } from './run.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
/** Of these 50 of the gateway, and 15 each of township and Mosquitto. */
const KILLS = 90;

test.skipIf(!mosquittoHere())(
  `gateway, township and Mosquitto, killed ${KILLS} times at random: each settlement once, on both sides, to the fen`,
  async () => {
    const tell = (line: string) => void process.stdout.write(`kills: SEED=${seed} ${line}\n`);
    const { gateway, township, mosquitto } = await killRun({
      seed,
      kills: KILLS,
      check_every: Infinity,
      tell,
    });
    expect(gateway + township + mosquitto).toBeGreaterThanOrEqual(KILLS);
  },
  900_000,
);
