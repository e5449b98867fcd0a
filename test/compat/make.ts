/**
 * Makes the fixtures of a release with its own code: `node test/compat/make.ts test/compat/fixtures/VERSION`.
 * They are made once. A later release adds a folder of its own; those of earlier ones stay as they are.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clinicAnswers, storeAnswers, townAnswers } from './answers.ts';
import type { StoredMessage, StoredPiece } from './fixture.ts';
import { LATER_MS } from './given.ts';
import { makePieces } from './pieces.ts';
import { enrolBox, startTownship } from './places.ts';
import { BACKUP, CLINIC_BOX, FIRST, runScenario, type Scenario, TOWN } from './scenario.ts';
import { createReader, plain } from './wire.ts';
import { createWorld } from './world.ts';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const into = (folder: string, name: string, value: object) =>
  writeFileSync(join(folder, name), `${JSON.stringify(value, null, 1)}\n`);

function messagesOf(
  stores: string,
  { traffic, codes }: Scenario,
): { codes: string[]; messages: StoredMessage[] } {
  const boxes = [FIRST, CLINIC_BOX].map((name) => join(stores, name));
  const read = createReader(join(stores, TOWN), boxes, codes);
  const messages = traffic.map(({ topic, retain, at, payload }) => {
    const says = plain(read(topic, payload)) as { t: string };
    return { what: says.t, topic, retain, at, plain: says, bytes: base64(payload) };
  });
  return { codes, messages };
}

async function answersAbout(stores: string) {
  const world = createWorld(LATER_MS);
  const [clinic, town] = [join(stores, CLINIC_BOX), join(stores, TOWN)];
  const tools = { clinic: storeAnswers(clinic), backup: storeAnswers(join(stores, FIRST), `../${BACKUP}`) };
  const box = await enrolBox(world, clinic, null);
  const office = await startTownship(world, town);
  const answers = { tools, clinic: clinicAnswers(world, clinic, box), town: townAnswers(office, LATER_MS) };
  await office.stop();
  return answers;
}

async function make(folder: string): Promise<void> {
  const newFolder = () => mkdtempSync(join(tmpdir(), 'cyt-compat-'));
  const [made, copy] = [newFolder(), newFolder()];
  const scenario = await runScenario(made);
  cpSync(made, copy, { recursive: true });
  mkdirSync(folder, { recursive: true });
  const stores = join(folder, 'stores');
  rmSync(join(made, FIRST, 'ledger.sqlite')); // the backup is the same once more
  cpSync(made, stores, { recursive: true, filter: (path) => !/(\.lock|-shm|-wal)$/.test(path) });
  into(folder, 'messages.json', messagesOf(made, scenario));
  into(folder, 'answers.json', await answersAbout(copy));
  const pieces = Object.entries(await makePieces()).map(
    ([what, { keys, nonce, plain, bytes }]): StoredPiece => {
      const inText = Object.entries(keys).map(([name, key]) => [name, base64(key)]);
      return {
        what,
        keys: Object.fromEntries(inText),
        nonce: nonce && base64(nonce),
        plain,
        bytes: base64(bytes),
      };
    },
  );
  into(folder, 'pieces.json', pieces);
  const { node, zlib } = process.versions;
  into(folder, 'made-by.json', { node, zlib, arch: process.arch });
  for (const used of [made, copy]) rmSync(used, { recursive: true });
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('node test/compat/make.ts FOLDER');
await make(folder);
