import { Ajv } from 'ajv';
import { isDay } from '../../policy/index.ts';
import { eachText } from '../../sync/contract/json-texts.ts';
import { codeText } from '../../sync/contract/text-form.ts';

/** Which member of a claim is wrong: docs/adjudication.md "Input: one claim". */

const text = { type: 'string' };
const texts = { type: 'array', maxItems: 100, items: text };
const flag = { type: 'boolean' };
const decimal = (places: number) => ({ type: 'string', pattern: `^(0|[1-9]\\d*)(\\.\\d{1,${places}})?$` });
const money = { type: 'string', pattern: '^(0|[1-9]\\d*)\\.\\d\\d$' };
const day = { type: 'string', format: 'day' };
const amounts = { type: 'object', additionalProperties: { ...decimal(2) } };

/** Members that must be there, and those that may be. */
const object = (properties: object, optional: object = {}) => ({
  type: 'object',
  required: Object.keys(properties),
  properties: { ...properties, ...optional },
});

const CLAIM = object(
  {
    person: object({
      ...{ psn_no: text, gend: text, brdy: day, insutype: text, psn_type: text, insuplc_admdvs: text },
      ...{ psn_idet_type: texts, chronic: texts, designated_here: flag, signed_here: flag, balc: money },
    }),
    facility: object({ fixmedins_code: text, level: text, mode: text }, { budget: amounts }),
    encounter: object({
      ...{ setl_date: day, med_type: text, dise_codg: texts },
      ...{ home_visit: flag, return_visit: flag, use_account: flag },
    }),
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 10_000,
      items: object(
        {
          ...{ feedetl_sn: text, med_list_codg: text, list_type: text, tags: texts },
          ...{ chrgitm_lv: { type: 'string', enum: ['01', '02', '03'] } },
          ...{ cnt: decimal(4), pric: decimal(6), det_item_fee_sumamt: money },
        },
        { selfpay_prop: decimal(4), pric_uplmt_amt: decimal(6) },
      ),
    },
  },
  { used: amounts, allotted: amounts },
);

const ajv = new Ajv({ strict: true, allErrors: true, formats: { day: isDay } });
const validate = ajv.compile<Record<string, object>>(CLAIM);
const FAULTS_SAID_MAX = 5;

/**
 * `/person/brdy pattern` of the first members that are off the shape. What is right by itself and wrong
 * beside another (a birth after the visit, a line number twice, a count of zero) is said as that.
 */
export function claimFaults(claim: unknown): string[] {
  if (validate(claim))
    return ['birth after the visit, a feedetl_sn twice, zero, or an amount beyond its limit'];
  return (validate.errors ?? [])
    .slice(0, FAULTS_SAID_MAX)
    .map(({ instancePath, keyword, params }) =>
      [instancePath, keyword, params.missingProperty ?? ''].filter(Boolean).join(' '),
    );
}

/** Members whose texts are compared with others: a blank that no eye sees would make another code of them. */
const CODED = /^\/(person|facility|encounter|items|used|allotted)(\/|$)/;

/** Places of codes that are not in the one form of a code: full-width, blanks, unseen characters. */
export function untidyCodes(claim: unknown): string[] {
  const places: string[] = [];
  const look = (path: string, one: string) => {
    if (CODED.test(path) && codeText(one) !== one) places.push(`${codeText(path)} not a plain code`);
  };
  eachText(claim, look, look);
  return places.slice(0, FAULTS_SAID_MAX);
}
