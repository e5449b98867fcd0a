/** The 18-character identity number of GB 11643: area, birth date, order, check character. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** `first17` must be 17 digits. */
export function checkCharacter(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

export function isIdentityNumber(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  return checkCharacter(number.slice(0, 17)) === number.charAt(17) && birthOf(number) !== null;
}

/** YYYY-MM-DD, or null when positions 7 to 14 are no date. */
export function birthOf(number: string): string | null {
  return isoDate(number.slice(6, 14));
}

/** '19760308' to '1976-03-08'; null when there is no such day. */
export function isoDate(yyyymmdd: string): string | null {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(yyyymmdd);
  if (!parts) return null;
  const iso = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const date = new Date(`${iso}T00:00:00Z`);
  // Date turns 31 February into March: what comes back must be what went in.
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? null : iso;
}
