import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Report, run } from './run.ts';

/**
 * `node test/simulation/main.ts --seed N --hours H [--clinics C] [--runs R] [--minutes M]`: seeds from N on,
 * until one fails.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    hours: { type: 'string', default: '240' },
    clinics: { type: 'string', default: '5' },
    runs: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const first = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);

function tell(report: Report, wall_ms: number): void {
  const { seed, steps, acts, records, hours, clinics, faults, hash, failure, trace } = report;
  const days = (clinics * hours) / 24;
  const pace = (days / wall_ms) * 60_000;
  if (failure) console.log(trace.slice(-30).join('\n'));
  for (const [kind, count] of Object.entries(faults).sort())
    console.log(`  ${String(count).padStart(6)}  ${kind}`);
  console.log(`seed ${seed}: ${failure ?? 'all promises kept'}`);
  console.log(
    `${steps} steps, ${hours.toFixed(1)} simulated hours, ${clinics} clinics, ${acts} acts acknowledged, ${records} records, ` +
      `${days.toFixed(1)} clinic-days in ${(wall_ms / 1000).toFixed(1)} s: ${pace.toFixed(0)} clinic-days a minute`,
  );
  console.log(`trace ${hash}`);
}

const started = performance.now();
const late = () => performance.now() - started > Number(values.minutes) * 60_000;
for (let n = 0; n < Number(values.runs) && !late(); n += 1) {
  const began = performance.now();
  const report = await run({ seed: first + n, hours: Number(values.hours), clinics: Number(values.clinics) });
  tell(report, performance.now() - began);
  if (!report.failure) continue;
  console.log(
    `again: node test/simulation/main.ts --seed ${report.seed} --hours ${values.hours} --clinics ${values.clinics}`,
  );
  process.exitCode = 1;
  break;
}
