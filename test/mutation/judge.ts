import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Ended, Scratch } from './scratch.ts';
import { type Mutant, mutate } from './sites.ts';

export type Outcome = 'killed' | 'survived' | 'timeout' | 'does not compile';

export interface Verdict {
  outcome: Outcome;
  /** The file and name of the test that failed, or the stage that took too long. */
  by: string;
}

export interface Judge {
  judge(mutant: Mutant): Promise<Verdict>;
  /** Test files that fail without any mutant: they have killed nothing. */
  redWithout(): string[];
}

/** Longest run of one stage. Far more than it needs on a quiet machine. */
const STAGE_MS_MAX = { near: 180_000, related: 600_000, wide: 1_800_000 };
const COMPILE_MS_MAX = 120_000;
export type Stage = keyof typeof STAGE_MS_MAX;
export const STAGES: readonly Stage[] = ['near', 'related', 'wide'];

/**
 * Rules of style would kill a mutant for its looks; what takes minutes and is drawn anew each time is too
 * dear.
 */
const NEVER = [
  'test/tidy/!(errors).test.ts',
  ...['mutation', 'kills', 'simulation'].map((folder) => `test/${folder}/**`),
  ...['test/bench.test.ts', 'test/powercut/powercut.test.ts'],
];

/** The tests of a stage in vitest's words, without those of the stages before it. */
function testsOf(stage: Stage, { file }: Mutant): string[] {
  const folder = dirname(file);
  if (stage === 'near') return ['run', `${folder}/`];
  const without = (...globs: string[]) => globs.flatMap((glob) => ['--exclude', glob]);
  if (stage === 'related') return ['related', file, '--run', ...without(`${folder}/**`, 'test/**')];
  return ['run', ...without(`${folder}/**`, ...NEVER)];
}

/**
 * `stages`: those that are run, in their order; a mutant that the last of them does not notice has survived.
 */
export function createJudge(scratch: Scratch, stages: readonly Stage[] = STAGES): Judge {
  const { root } = scratch;
  const report = join(root, 'mutation-report.json');
  const passesWithout = new Map<string, boolean>();

  /** The compiler of the file's own project; a local that nothing uses any more is no error of a mutant. */
  async function compiles(file: string): Promise<boolean> {
    let project = dirname(file);
    while (project !== '.' && !existsSync(join(root, project, 'tsconfig.json'))) project = dirname(project);
    const lenient = ['--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];
    const tsc = 'node_modules/typescript/bin/tsc';
    return (await scratch.run([tsc, '-p', project, ...lenient], COMPILE_MS_MAX)).status === 0;
  }

  async function vitest(words: string[], ms: number): Promise<Ended & { failed: Failed | null }> {
    rmSync(report, { force: true });
    const red = [...passesWithout].flatMap(([file, passes]) => (passes ? [] : ['--exclude', file]));
    const how = ['--bail=1', '--passWithNoTests', '--reporter=json', `--outputFile=${report}`];
    const ended = await scratch.run(['node_modules/vitest/vitest.mjs', ...words, ...how, ...red], ms);
    return { ...ended, failed: ended.status === 0 || ended.late ? null : failedIn(report, root) };
  }

  /** Whether a test that failed with a mutant passes without it. Asked once for each file. */
  async function passes(file: string): Promise<boolean> {
    const known = passesWithout.get(file);
    if (known !== undefined) return known;
    const { status } = await vitest(['run', file], STAGE_MS_MAX.wide);
    passesWithout.set(file, status === 0);
    return status === 0;
  }

  /** `file` is the test file that killed it. */
  async function verdictOf(mutant: Mutant): Promise<{ verdict: Verdict; file?: string }> {
    const plain = (outcome: Outcome, by = '') => ({ verdict: { outcome, by } });
    if (!(await compiles(mutant.file))) return plain('does not compile');
    for (const stage of stages) {
      if (stage === 'wide' && !(await pageBuilds())) return plain('killed', 'the build of the page');
      const { status, late, failed } = await vitest(testsOf(stage, mutant), STAGE_MS_MAX[stage]);
      if (late) return plain('timeout', stage);
      if (failed) return { ...plain('killed', `${failed.file}: ${failed.name}`), file: failed.file };
      if (status !== 0) return plain('killed', 'an error outside the tests');
    }
    return plain('survived');
  }

  /** The browser's tests open the page as it was built last. */
  async function pageBuilds(): Promise<boolean> {
    const builder = 'scripts/build-page.ts';
    return !existsSync(join(root, builder)) || (await scratch.run([builder], COMPILE_MS_MAX)).status === 0;
  }

  return {
    redWithout: () => [...passesWithout].flatMap(([file, passes]) => (passes ? [] : [file])),
    async judge(mutant) {
      const path = join(root, mutant.file);
      const text = readFileSync(path, 'utf8');
      for (;;) {
        writeFileSync(path, mutate(text, mutant));
        const { verdict, file } = await verdictOf(mutant).finally(() => writeFileSync(path, text));
        if (file === undefined || (await passes(file))) return verdict;
      }
    },
  };
}

interface Failed {
  file: string;
  name: string;
}

interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

/**
 * The first test of vitest's report that failed, else the first file that did not load. Files that vitest has
 * stopped because another failed are marked as failed too, without a word.
 */
function failedIn(report: string, root: string): Failed | null {
  if (!existsSync(report)) return null;
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name: path, assertionResults } of testResults) {
    const test = assertionResults.find(({ status }) => status === 'failed');
    if (test) return { file: relative(root, path), name: test.fullName };
  }
  const unloaded = testResults.find(({ status, message }) => status === 'failed' && message !== '');
  if (!unloaded) return null;
  return { file: relative(root, unloaded.name), name: `does not load: ${unloaded.message.split('\n')[0]}` };
}
