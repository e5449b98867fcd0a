/** What the driver of identity-card readers counts; one line each for the engineer. */

export const SDT_COUNTERS = {
  credentials: 'A card was read whole and emitted.',
  refused: 'A card or an answer was refused; the doctor is told once for each time a card lies there.',
  silent: 'A question got no byte in answer.',
  half_frames: 'A question got bytes in answer, but no whole frame.',
  checksum: 'An answer with a wrong checksum was dropped.',
  stray: 'A whole frame that answered no question was dropped.',
  garbage_bytes: 'Bytes that belonged to no frame.',
  sw3_10: 'SW3 10: the reader found the checksum of a command wrong.',
  sw3_11: 'SW3 11: the reader found the length of a command wrong.',
  sw3_21: 'SW3 21: the reader does not know the command.',
  sw3_24: 'SW3 24: an error the reader does not name.',
  sw3_31: 'SW3 31: authentication between card and SAM failed.',
  sw3_32: 'SW3 32: authentication between card and SAM failed.',
  sw3_33: 'SW3 33: verifying the contents failed.',
  sw3_40: 'SW3 40: not a card of this kind.',
  sw3_41: 'SW3 41: reading the card failed.',
  sw3_47: 'SW3 47: taking a random number failed.',
  sw3_60: 'SW3 60: the self-test of the SAM failed.',
  sw3_66: 'SW3 66: the SAM is not authorised.',
  sw3_80: 'SW3 80: no card found; counted at every search while no card lies there.',
  sw3_81: 'SW3 81: selecting the card failed.',
  sw3_91: 'SW3 91: the card has no content of this kind.',
  sw3_other: 'Any other SW3 that is not the good answer.',
} as const;
export type SdtCounter = keyof typeof SDT_COUNTERS;

export function counterOf(sw3: number): SdtCounter {
  const name = `sw3_${sw3.toString(16).padStart(2, '0')}`;
  return isSdtCounter(name) ? name : 'sw3_other';
}

const isSdtCounter = (name: string): name is SdtCounter => Object.hasOwn(SDT_COUNTERS, name);
