import { ok, deepStrictEqual as same } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskView, Draft, SettledView } from '../../gateway/clinic/api/views/types.ts';
import { cardOf } from '../../gateway/demo/devices.ts';
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { type Mosquitto, startMosquitto } from '../../sync/testing/mosquitto.ts';
import { type Started, until } from '../clinic.ts';
import { Doctor } from '../processes/doctor.ts';
import { type Pieces, slipsOf, startPieces } from '../processes/pieces.ts';
import { demoData, privateWords, randomFrom, type SeededRandom } from '../processes/samples.ts';
import { checkBothSides, checkSlips, type Done, figures } from './check.ts';
import { type Marks, marksOf } from './marks.ts';
import { drawPlan, type Kill, type OtherMoment } from './plan.ts';
import { exactly, type Life, Victim } from './victim.ts';
import { startWitness, type Witness } from './witness.ts';

export interface KillRun {
  seed: number;
  /** At least so many in all; see `enough` for their shares. */
  kills: number;
  /** Kills between two checks of everything. */
  check_every: number;
  tell(line: string): void;
}

export interface Counts {
  gateway: number;
  township: number;
  mosquitto: number;
  /** Gateway kills between a confirm and its answer, and how many of these after the commit. */
  lost: number;
  lostCommitted: number;
  /** Township kills while the gateway knew of records that were not held. */
  onTheWay: number;
  visits: number;
  records: number;
  slips: number;
  /** Times that everything was checked. */
  checks: number;
}

const total = ({ gateway, township, mosquitto }: Counts) => gateway + township + mosquitto;

/**
 * Of 90 kills: 50 of the gateway, half of them between confirm and answer, with 5 on either side of the
 * commit; 15 of each other.
 */
function enough(counts: Counts, kills: number): boolean {
  const share = kills / 90;
  return (
    total(counts) >= kills &&
    counts.gateway >= 50 * share &&
    counts.lost >= 25 * share &&
    counts.lostCommitted >= 5 * share &&
    counts.lost - counts.lostCommitted >= 5 * share &&
    Math.min(counts.township, counts.mosquitto) >= 15 * share
  );
}

/** Longest wait for a moment that a kill was aimed at; then it falls anyway. */
const AIM_MS_MAX = 2_000;
/** A link that has been broken often waits up to a minute before it tries again. */
const DRAIN_MS_MAX = 180_000;

/**
 * Settles at one desk, as a doctor would, while all three processes die now and then. Throws when a promise
 * is broken.
 */
export async function killRun(options: KillRun): Promise<Counts> {
  const persistence = 'persistence true\npersistence_location FOLDER/\nautosave_interval 1\n';
  const ends: (() => Promise<void>)[] = [];
  try {
    const broker = await startMosquitto(`allow_anonymous true\n${persistence}`);
    ends.push(broker.close);
    const url = `mqtt://127.0.0.1:${broker.port()}`;
    const pieces = await startPieces(async () => ({ broker: url, enrol: url, reload: async () => {} }));
    ends.push(pieces.stop);
    const witness = await startWitness(url);
    ends.push(witness.close);
    const run = new Run(options, pieces, broker, witness, await pieces.startGateway());
    ends.push(() => run.end());
    await run.all();
    return run.counts;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const lifeOf = ({ child, stop, log }: Started): Life => ({
  running: () => child.exitCode === null && child.signalCode === null,
  stop,
  log,
});
const brokerLife = ({ running, kill, log }: Mosquitto): Life => ({ running, stop: kill, log });

class Run {
  readonly counts: Counts = {
    ...{ gateway: 0, township: 0, mosquitto: 0, lost: 0, lostCommitted: 0, onTheWay: 0 },
    ...{ visits: 0, records: 0, slips: 0, checks: 0 },
  };
  readonly #done: Done[] = [];
  readonly #options: KillRun;
  readonly #pieces: Pieces;
  readonly #witness: Witness;
  readonly #marks: Marks;
  readonly #doctor: Doctor;
  readonly #random: SeededRandom;
  readonly #gateway: Victim;
  readonly #township: Victim;
  readonly #mosquitto: Victim;
  readonly #conf: string;
  /** Kills under way beside the visits, and the first thing that went wrong in one. */
  readonly #beside = new Set<Promise<void>>();
  #fault: unknown;
  readonly #persons: Person[] = demoData('roster').persons;
  readonly #items: CatalogueItem[] = demoData('catalogue').items;
  /** How long a confirm takes to be answered here and now. */
  #answer_ms = 60;

  constructor(options: KillRun, pieces: Pieces, broker: Mosquitto, witness: Witness, gateway: Started) {
    this.#options = options;
    this.#pieces = pieces;
    this.#witness = witness;
    this.#marks = marksOf(pieces);
    this.#doctor = new Doctor(pieces.url);
    this.#random = randomFrom(options.seed);
    this.#conf = join(broker.folder, 'mosquitto.conf');
    const startBroker = () => broker.start().then(() => brokerLife(broker));
    this.#gateway = new Victim('gateway', lifeOf(gateway), () => pieces.startGateway().then(lifeOf));
    this.#township = new Victim('township', lifeOf(pieces.office), () => pieces.startOffice().then(lifeOf));
    this.#mosquitto = new Victim('mosquitto', brokerLife(broker), startBroker);
  }

  async all(): Promise<void> {
    try {
      await this.#all();
    } catch (error) {
      this.#options.tell(this.#lastWords());
      throw error;
    }
  }

  async #all(): Promise<void> {
    const { kills, check_every } = this.#options;
    await this.#doctor.login();
    let checked = 0;
    while (!enough(this.counts, kills)) {
      ok(this.counts.visits < 30 + 2 * kills, 'kills keep missing the moments they were aimed at');
      await this.#visit();
      if (total(this.counts) - checked < check_every) continue;
      checked = total(this.counts);
      await this.#checkAll();
    }
    await this.#checkAll();
    const log = this.#gateway.log() + this.#township.log();
    same(
      privateWords().filter((word) => log.includes(word)),
      [],
      'a name or an identity number in a log',
    );
  }

  /** One visit. What is killed, and when, was drawn before. */
  async #visit(): Promise<void> {
    const random = this.#random;
    const plan = drawPlan(random);
    const [person, byCard, draft] = [random.pick(this.#persons), random.below(8) === 0, this.#draft()];
    const request = `kill-${this.#options.seed}-${this.counts.visits++}-request`;

    const visit = byCard
      ? await this.#doctor.openByCard(cardOf(person, ''), this.#pieces.devices)
      : await this.#doctor.open(person.psn_no);
    const { moment, part, pause_ms } = plan.gateway;
    const early = moment === 'quote' ? this.#killGateway(part * 20, pause_ms) : null;
    const confirmation = await this.#doctor.quoted(visit.id, draft, request);
    await early;

    if (plan.township) this.#killBeside(this.#township, plan.township, () => this.#marks.check());
    if (plan.mosquitto) {
      const { remembers } = plan.mosquitto;
      this.#killBeside(this.#mosquitto, plan.mosquitto, () => this.#persist(remembers));
    }
    const before = this.#marks.lastSettlement();
    const began = performance.now();
    const { sent, answer } = this.#doctor.confirm(confirmation);
    await sent;
    const during =
      moment === 'sent'
        ? this.#killGateway(part * this.#answer_ms, pause_ms)
        : moment === 'written'
          ? this.#killWhenWritten(answer, part * part * 4, pause_ms)
          : null;
    const reply = await answer;
    if (reply) this.#answer_ms = performance.now() - began;
    if (moment === 'answer') await this.#killGateway(part * part * 60, pause_ms);
    await during;

    const committed = this.#marks.lastSettlement() > before;
    if (during && !reply) {
      this.counts.lost += 1;
      if (committed) this.counts.lostCommitted += 1;
    }
    // What the page was told stands without its asking again; asking again changes nothing.
    if (reply) ok(committed, `an answered settlement is gone: ${request}`);
    const settled = await this.#doctor.confirmed(confirmation);
    if (reply) same(figures(settled), figures(reply.body as SettledView));
    // A kill after the commit, before its answer or just after it, may have fallen into the printing.
    const unprintedKills = committed && (during || moment === 'answer') ? 1 : 0;
    this.#done.push({ request, settled, unprintedKills });
    this.#marks.check();
    await this.#look();
    if (this.#fault) throw this.#fault;
  }

  #draft(): Draft {
    const items = Array.from({ length: 1 + this.#random.below(3) }, () => ({
      med_list_codg: this.#random.pick(this.#items).med_list_codg,
      cnt: String(1 + this.#random.below(3)),
    }));
    return { diagnoses: [{ diag_code: 'I10.x00x002' }], items };
  }

  async #killGateway(after_ms: number, pause_ms: number): Promise<void> {
    await exactly(after_ms);
    await this.#gateway.kill();
    this.counts.gateway += 1;
    await this.#gateway.revive(pause_ms, () => this.#marks.check());
    for (const one of this.#done) if (one.settled.slip !== 'printed') one.unprintedKills += 1;
  }

  /**
   * Just after the ledger's file was written, or the answer came: where the commit and its answer lie apart.
   */
  async #killWhenWritten(answer: Promise<unknown>, after_ms: number, pause_ms: number): Promise<void> {
    const aim = new AbortController();
    await Promise.race([answer, this.#marks.written('gateway', aim.signal)]);
    aim.abort();
    await this.#killGateway(after_ms, pause_ms);
  }

  /** A kill that the doctor does not wait for; none when it is dead already. */
  #killBeside(victim: Victim, kill: Kill<OtherMoment>, whileDead: () => void): void {
    if (!victim.up) return;
    const work = this.#aimed(victim, kill, whileDead).catch((error) => {
      this.#fault ??= error;
    });
    this.#beside.add(work);
    void work.then(() => this.#beside.delete(work));
  }

  async #aimed(victim: Victim, { moment, part, pause_ms }: Kill<OtherMoment>, whileDead: () => void) {
    if (moment === 'any') await exactly(part * AIM_MS_MAX);
    else {
      const aim = AbortSignal.timeout(AIM_MS_MAX);
      const { written } = this.#marks;
      await (moment === 'written' ? written('township', aim) : this.#witness.heard(moment, aim));
      await exactly(part * (moment === 'up' ? 6 : 3));
    }
    if (!victim.up) return;
    await victim.kill();
    this.counts[victim.name] += 1;
    if (victim.name === 'township' && this.#marks.waiting() > 0) this.counts.onTheWay += 1;
    await victim.revive(pause_ms, whileDead);
  }

  /** The broker comes back with or without a memory of its own. */
  #persist(remembers: boolean): void {
    const text = readFileSync(this.#conf, 'utf8');
    writeFileSync(this.#conf, text.replace(/^persistence (true|false)$/m, `persistence ${remembers}`));
  }

  /** The doctor looks under the printer: after two prints of unknown outcome the box asks. */
  async #answerAskedSlips(): Promise<void> {
    const { slips_asked } = await this.#doctor.ask<Pick<DeskView, 'slips_asked'>>('GET', '/api/desk');
    const out = slipsOf(this.#pieces.devices);
    for (const { seq, copy } of slips_asked) {
      const printed = out.some((slip) => slip.seq === seq);
      await this.#doctor.ask('POST', `/api/settlements/${seq}/slip`, { copy, printed });
    }
  }

  /** What the page would see of slips and township by now. */
  async #look(): Promise<void> {
    await this.#answerAskedSlips();
    for (const one of this.#done.filter(({ settled }) => settled.slip !== 'printed'))
      one.settled = await this.#doctor.ask('GET', `/api/settlements/${one.settled.seq}`);
  }

  /** Lets everything come to rest, then holds both sides against what the doctor was told. */
  async #checkAll(): Promise<void> {
    while (this.#beside.size > 0) await Promise.all(this.#beside);
    if (this.#fault) throw this.#fault;
    const printed = () => this.#done.every(({ settled }) => settled.slip === 'printed');
    await until('slips', () => this.#look().then(printed), Boolean);

    const desk = await until(
      'the township',
      () => this.#doctor.ask<{ waiting: number; visits: unknown[] }>('GET', '/api/desk'),
      ({ waiting }) => waiting === 0,
      DRAIN_MS_MAX,
    );

    same(desk.visits, [], 'somebody who has paid is still at the desk');
    this.counts.records = await checkBothSides(this.#pieces, this.#done);
    this.counts.slips = checkSlips(this.#pieces, this.#done);
    this.counts.checks += 1;
    this.#options.tell(JSON.stringify(this.counts));
  }

  #lastWords(): string {
    const tail = ({ name, log }: { name: string; log: string }) =>
      `${name}:\n${log.trim().split('\n').slice(-8).join('\n')}`;
    const said = [this.#gateway, this.#township].map((one) => tail({ name: one.name, log: one.log() }));
    return [JSON.stringify(this.counts), ...said].join('\n');
  }

  /** Leaves no process behind, however the run ended. */
  async end(): Promise<void> {
    while (this.#beside.size > 0) await Promise.all(this.#beside);
    for (const victim of [this.#gateway, this.#township]) await victim.end('SIGKILL');
  }
}
