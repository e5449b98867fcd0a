/** Every kind of rule, by the name it has in a bundle's `audit` block. */
import type { RuleKind } from '../types.ts';
import { budgetPace } from './budget.ts';
import * as item from './item.ts';
import * as pace from './pace.ts';
import * as person from './person.ts';
import * as supply from './supply.ts';
import { traceCode } from './trace-code.ts';

export const RULE_KINDS: ReadonlyMap<string, RuleKind> = new Map<string, RuleKind>([
  ['insured', person.insured],
  ['alive', person.alive],
  ['identity', person.identity],
  ['designated_or_signed', person.designated],
  ['lists', person.lists],
  ['supply_days', supply.supplyDays],
  ['early_refill', supply.earlyRefill],
  ['dose', supply.dose],
  ['sex', item.sex],
  ['age', item.age],
  ['diagnosis', item.diagnosis],
  ['facility_level', item.facilityLevel],
  ['limited_use', item.limitedUse],
  ['price_ceiling', item.priceCeiling],
  ['same_item', item.sameItem],
  ['frequency', pace.frequency],
  ['split_visit', pace.splitVisit],
  ['twice_within_minutes', pace.twiceWithinMinutes],
  ['hourly_pace', pace.hourlyPace],
  ['trace_code', traceCode],
  ['budget_pace', budgetPace],
]);
