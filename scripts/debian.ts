import { execFileSync, spawnSync } from 'node:child_process';

/** What the tests use of Debian: a program to look for, and the packages that bring it. */
export const NEEDS = {
  chromium: { probe: 'chromium', packages: ['chromium', 'fonts-noto-cjk'] },
  mosquitto: { probe: 'mosquitto', packages: ['mosquitto'] },
  strace: { probe: 'strace', packages: ['strace'] },
  faketime: { probe: 'faketime', packages: ['faketime'] },
} as const;

export type Need = keyof typeof NEEDS;

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  }).status === 0;

/** Those that are not on this machine, in one word each. */
export const missing = (): Need[] => (Object.keys(NEEDS) as Need[]).filter((need) => !has(NEEDS[need].probe));

/** Installs what is missing when this user may; otherwise the tests that need it are skipped, and say so. */
export function install(needs: Need[]): void {
  if (needs.length === 0) return;
  const packages = needs.flatMap((need) => [...NEEDS[need].packages]);
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    console.error(
      `Some tests are skipped. To run them: apt-get install --no-install-recommends ${packages.join(' ')}`,
    );
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]) =>
    execFileSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 2, 2], env });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } catch {
    console.error(`apt-get could not install ${packages.join(' ')}: the tests that need them are skipped`);
  }
}
