/** What a kind of rule is: a name, the parameters it reads from the bundle's `audit` block, a check. */

import type { Reader } from '../../compile/reader.ts';
import type { Json } from '../../json.ts';
import type { Check } from '../types.ts';

export interface RuleKind {
  /** 3101's rule_name when the rule has no title. */
  name: string;
  vola_bhvr_type: string;
  /** Parameters that must be there; and those that may. */
  keys?: string[];
  optional?: string[];
  compile(reader: Reader, path: string, object: Json): Check;
}
