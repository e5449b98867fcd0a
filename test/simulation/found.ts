/**
 * Lives that once failed, and what was wrong with the product. They are lived again with every `npm test`.
 */
export const FOUND: { seed: number; hours: number; clinics: number; was: string }[] = [
  {
    seed: 2,
    hours: 36,
    clinics: 3,
    was: 'set right by receipts, a clock that had run ahead asked the doctor for the date at every visit',
  },
  {
    seed: 3,
    hours: 36,
    clinics: 3,
    was: 'a box that restarted while its disk was full could not open its ledger, not even to read',
  },
];
