import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, flag, text, UsageError } from './command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE_PORT = 8137;

/** Loaded when it is called: its simulated reader needs a package that no clinic has. */
async function load() {
  try {
    return await import('../demo/run.ts');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (missing)
      throw new UsageError('the demo runs from a clone with the development packages: npm ci', {
        cause: error,
      });
    throw error;
  }
}

const demo: Command = {
  takes: '[--fresh] [--verbose] [--state DIR] [--port N]',
  does: 'a whole village clinic on this machine: reader, printer, page, ledger, township',
  options: { fresh: flag, verbose: flag, state: text, port: text },
  async run(values) {
    const { runDemo } = await load();
    const root = typeof values.state === 'string' ? values.state : join(ROOT, 'state', 'demo');
    if (values.fresh) rmSync(root, { recursive: true, force: true });
    await runDemo(root, Number(values.port ?? PAGE_PORT), values.verbose === true);
    return 0;
  },
};

export const commands = { demo };
