/** Citizen identity numbers (GB 11643): 6 area, 8 birth, 3 order (odd for men), 1 check (MOD 11-2). */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = '10X98765432';

export function certCheckDigit(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first17.charAt(i)), 0);
  return CHECK.charAt(sum % 11);
}

export function isCertno(certno: string): boolean {
  return /^\d{17}[\dX]$/.test(certno) && certCheckDigit(certno.slice(0, 17)) === certno.charAt(17);
}
