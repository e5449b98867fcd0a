import { ok, deepStrictEqual as same } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';
import { until } from '../clinic.ts';
import { CHROMIUM_FLAGS } from '../e2e/browser.ts';
import { Doctor } from '../processes/doctor.ts';
import { demoData, privateWords, randomFrom } from '../processes/samples.ts';
import { checkAll } from './check.ts';
import { PageDoctor, type Told } from './doctor.ts';
import { type Rig, startRig } from './rig.ts';
import { badWeather } from './weather.ts';

export interface Soak {
  seed: number;
  visits: number;
  pages: number;
  tell(line: string): void;
}

const SETTLE_DOWN_MS_MAX = 240_000;
const MEMORY_EVERY_VISITS = 25;

/** A day at the doctor's page; throws when a promise is broken. */
export async function soak(options: Soak): Promise<void> {
  ok(existsSync('/usr/bin/chromium'), 'the soak needs chromium');
  const rig = await startRig();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_FLAGS });
  try {
    await day(options, rig, (url) => openPage(browser, url));
  } finally {
    await browser.close();
    await rig.stop();
  }
}

async function openPage(browser: Awaited<ReturnType<typeof chromium.launch>>, url: string) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function day(
  { seed, visits, pages, tell }: Soak,
  rig: Rig,
  open: (url: string) => ReturnType<typeof openPage>,
) {
  const random = randomFrom(seed);
  const persons = oneOfEachName(demoData('roster').persons);
  const items: CatalogueItem[] = (demoData('catalogue').items as CatalogueItem[]).filter(
    ({ list_type, tags }) => list_type.startsWith('1') && tags.includes('hypertension'),
  );
  const [told, complaints]: [Told[], string[]] = [[], []];
  let begun = 0;
  const doctors = await Promise.all(
    Array.from({ length: pages }, async (_, n) => {
      const page = await open(rig.pieces.url);
      page.on('pageerror', (error) => complaints.push(error.message));
      const own = persons.filter((_person, index) => index % pages === n);
      return new PageDoctor(page, own, items, randomFrom(seed + n + 1));
    }),
  );
  const memory: { visits: number; life: number; mib: number }[] = [];
  const note = () => {
    const { life, rss_bytes } = rig.memory();
    memory.push({ visits: told.length, life, mib: Math.round(rss_bytes / 2 ** 20) });
  };
  const over = new AbortController();
  const weather = badWeather(rig, random, () => told.length, over.signal, tell);
  await Promise.all(
    doctors.map(async (doctor) => {
      while (begun < visits) {
        begun += 1;
        const one = await doctor.visit();
        told.push(one);
        if (told.length % MEMORY_EVERY_VISITS === 0) note();
        if (told.length % 20 === 0) one.reversed = await doctor.reverse(one.seq);
      }
    }),
  );
  over.abort();
  tell(`troubles ${JSON.stringify(await weather)}`);
  tell(`memory ${memory.map((at) => `${at.visits}/${at.life}:${at.mib}`).join(' ')} (visits/start:MiB)`);
  tell(`days asked ${JSON.stringify(doctors.map(({ asked }) => asked))}`);
  await settleDown(rig);
  tell(JSON.stringify(await checkAll(rig.pieces, told)));
  same(complaints, [], 'the page threw');
  const log = rig.logs();
  same(
    privateWords().filter((word) => log.includes(word)),
    [],
    'a name or an identity number in a log',
  );
}

/** Searching by name must find one person only. */
function oneOfEachName(persons: Person[]): Person[] {
  const times = new Map<string, number>();
  for (const { psn_name } of persons) times.set(psn_name, (times.get(psn_name) ?? 0) + 1);
  return persons.filter(({ psn_name }) => times.get(psn_name) === 1);
}

/** Everything printed, everything at the township. */
async function settleDown(rig: Rig): Promise<void> {
  const doctor = new Doctor(rig.pieces.url);
  await doctor.login();
  await until(
    'the township',
    () => doctor.ask<{ waiting: number }>('GET', '/api/desk'),
    ({ waiting }) => waiting === 0,
    SETTLE_DOWN_MS_MAX,
  );
  await until(
    'the slips',
    () => doctor.ask<{ settlements: { seq: number; slip: string }[] }>('GET', '/api/today'),
    ({ settlements }) => settlements.every(({ slip }) => slip !== 'waiting'),
    SETTLE_DOWN_MS_MAX,
  );
}
