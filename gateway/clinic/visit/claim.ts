import type { Claim } from '../../../policy/index.ts';
import type { Clinic } from '../../../sync/contract/datasets/clinic.ts';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import type { Entitlement } from '../entitlement.ts';
import type { Prescription } from './draft.ts';
import type { Subject } from './person.ts';

const NOBODY: Claim['person'] = {
  psn_no: '',
  gend: '',
  brdy: '',
  insutype: '',
  psn_type: '',
  insuplc_admdvs: '',
  psn_idet_type: [],
  chronic: [],
  designated_here: false,
  signed_here: false,
  balc: '0.00',
};

export interface ClaimFacts {
  subject: Subject;
  clinic: Clinic;
  day: string;
  /** Absent before anything is prescribed. */
  prescription?: Pick<Prescription, 'items' | 'diagnoses'>;
}

/** The claim as it was written, before the audit and without what was used before. */
export function claimOf({ subject, clinic, day, prescription }: ClaimFacts): Claim {
  const { fixmedins_code, level, mode, budget } = clinic;
  const { person } = subject;
  const { diagnoses, items } = prescription ?? { diagnoses: [], items: [] };
  return {
    person: person ? claimPerson(person, fixmedins_code, day) : NOBODY,
    facility: { fixmedins_code, level, mode, ...(budget === undefined ? {} : { budget }) },
    encounter: {
      setl_date: day,
      med_type: '11',
      dise_codg: diagnoses.flatMap(({ dise_codg }) => (dise_codg ? [dise_codg] : [])),
      home_visit: false,
      return_visit: false,
      use_account: false,
    },
    items,
  };
}

/** The claim with what the person has used, and the share that this clinic may give out. */
export function claimWithUsage(claim: Claim, { used, allotted }: Entitlement): Claim {
  return { ...claim, used, ...(allotted === null ? {} : { allotted }) };
}

const within = (day: string, from: string, to: string | null) => from <= day && (to === null || day <= to);

/** The person as a claim on `day` has it. */
function claimPerson(person: Person, clinic: string, day: string): Claim['person'] {
  const { psn_no, gend, brdy, insutype, psn_type, insuplc_admdvs, balc } = person;
  return {
    psn_no,
    gend,
    brdy,
    insutype,
    psn_type,
    insuplc_admdvs,
    psn_idet_type: person.psn_idet_type
      .filter(({ begntime, endtime }) => within(day, begntime, endtime))
      .map(({ code }) => code),
    chronic: person.chronic
      .filter(({ begndate, enddate }) => within(day, begndate, enddate))
      .map(({ code }) => code),
    designated_here: person.designated === clinic,
    signed_here: person.signed === clinic,
    balc,
  };
}
