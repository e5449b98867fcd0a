/** Runs that once failed, and what the product or the simulation learned from them. They are run again with every `npm test`. */
export const FOUND: { seed: number; hours: number; clinics: number; was: string }[] = [
  {
    seed: 2,
    hours: 48,
    clinics: 5,
    was: 'a clock that had run ahead was believed; set right by receipts, the doctor had to confirm the date at every visit',
  },
];
