/** How a household of 张庄 looks: names, ages and who lives with whom. Invented, from a seeded sequence. */

type Gend = '1' | '2';
export type Villager = { psn_name: string; gend: Gend; year: number };
export type Pick = (below: number) => number;

/** mulberry32: a few lines, the same numbers on every machine and Node version. */
export function sequence(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

// Weighted by repetition: in 张庄 two of five are called 张.
const NORTHERN = [...'张张张张张张张张刘刘刘王王李李赵郭白任贾武常孟'];
const SOUTHERN = [...'陈陈林林黄吴郑蔡曾彭罗叶'];
// A given name is one character of the first list and one of the second, as each generation liked them.
type Given = readonly [first: string, second: string];
const OLD_MEN: Given = ['福有德万满来守玉存银金进', '贵财顺山仓喜义堂锁海宝厚'];
const OLD_WOMEN: Given = ['秀桂玉凤翠改巧素月香润爱', '英兰梅仙莲花云珍娥枝叶芳'];
const MEN: Given = ['建志海永文学利俊树瑞秉润', '强平龙斌林峰生旺全祥仓贵'];
const WOMEN: Given = ['丽春海俊秀晓彩美艳慧雪瑞', '霞燕梅丽红云玲芳珍琴娟洁'];
const BOYS: Given = ['子浩梓宇嘉泽俊思睿天明锦', '轩宇涵航豪楷凡熙远博哲程'];
const GIRLS: Given = ['雨梦佳欣思可语诗若紫依心', '欣瑶怡妍琪馨桐涵曦萱诺悦'];

function givenNames(year: number, gend: Gend): Given {
  if (year < 1965) return gend === '1' ? OLD_MEN : OLD_WOMEN;
  if (year < 1993) return gend === '1' ? MEN : WOMEN;
  return gend === '1' ? BOYS : GIRLS;
}

const one = <T>(pick: Pick, list: readonly T[]): T => {
  const found = list[pick(list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};

/** Nobody is younger than the roster. */
const NEWEST = 2023;

/**
 * Nobody is born in 1964–1967 or 2006–2009: those turn 60 or 18 while the demo is likely to be shown, and
 * `psn_type` (14 children, 15 adults, 16 from 60) would then depend on the day.
 */
const settled = (year: number): number => {
  if (year >= 1964 && year <= 1967) return year + 4;
  if (year >= 2006 && year <= 2009) return year + 4;
  return year;
};

export class Village {
  #taken = new Set<string>();
  readonly #pick: Pick;

  constructor(pick: Pick) {
    this.#pick = pick;
  }

  /** One household: who lives under one roof, the head first. */
  household(southern: boolean): Villager[] {
    const surname = one(this.#pick, southern ? SOUTHERN : NORTHERN);
    const kind = this.#pick(100);
    if (kind < 15) return [this.#person(one(this.#pick, NORTHERN), 1938 + this.#pick(22), '2')];
    if (kind < 40) return this.#couple(surname, southern, 1940 + this.#pick(22));
    if (kind < 76) return this.#withChildren(surname, southern, 1972 + this.#pick(22));
    return this.#threeGenerations(surname, southern, 1942 + this.#pick(18));
  }

  /**
   * An old person alone (特困供养), or a child with its grandparents (孤儿): assistance needs somebody to assist.
   */
  needy(southern: boolean, kind: 'alone' | 'orphan'): Villager[] {
    const surname = one(this.#pick, southern ? SOUTHERN : NORTHERN);
    if (kind === 'alone') return [this.#person(surname, 1946 + this.#pick(8), '1')];
    const old = this.#couple(surname, southern, 1952 + this.#pick(8));
    return [...old, this.#person(surname, 2012 + this.#pick(4), this.#gend())];
  }

  #couple(surname: string, southern: boolean, year: number): Villager[] {
    const others = (southern ? SOUTHERN : NORTHERN).filter((name) => name !== surname);
    const wife = one(this.#pick, others);
    return [this.#person(surname, year, '1'), this.#person(wife, year + this.#pick(4), '2')];
  }

  #withChildren(surname: string, southern: boolean, year: number): Villager[] {
    const family = this.#couple(surname, southern, year);
    let born = (family[1]?.year ?? year) + 22 + this.#pick(4);
    for (let child = 0; child < 3; child += 1) {
      if (born > NEWEST || (child > 0 && this.#pick(3) === 0)) break;
      const last = this.#person(surname, born, this.#gend());
      family.push(last);
      born = last.year + 2 + this.#pick(3);
    }
    return family;
  }

  #threeGenerations(surname: string, southern: boolean, year: number): Villager[] {
    const old = this.#couple(surname, southern, year);
    const young = this.#withChildren(surname, southern, settled(year + 26 + this.#pick(6)));
    return [...old, ...young];
  }

  #gend(): Gend {
    return this.#pick(2) === 0 ? '1' : '2';
  }

  /** Names stay different from each other, so that a test or a visitor can say whom they mean. */
  #person(surname: string, yearWanted: number, gend: Gend): Villager {
    const year = settled(yearWanted);
    const [first, second] = givenNames(year, gend);
    for (;;) {
      const psn_name = surname + one(this.#pick, [...first]) + one(this.#pick, [...second]);
      if (!this.#taken.has(psn_name)) return this.introduce({ psn_name, gend, year });
    }
  }

  /** Somebody whose name is given rather than drawn. */
  introduce(villager: Villager): Villager {
    this.#taken.add(villager.psn_name);
    return villager;
  }
}
