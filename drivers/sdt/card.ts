/** Writes the text block of a card: for the simulator and for tests. All people in it are invented. */
import { LAYOUTS, TEXT_BYTES } from './text.ts';

export interface CardContents {
  /** Type flag: ' ' resident, 'J' 港澳台, 'I' foreigner 2017, 'Y' foreigner 2023. */
  readonly layout: ' ' | 'J' | 'I' | 'Y';
  readonly name: string;
  readonly otherName?: string;
  readonly sex: string;
  /** YYYYMMDD */
  readonly birth: string;
  readonly number: string;
  /** YYYYMMDD or 长期 */
  readonly expiry: string;
  readonly nation?: string;
  readonly address?: string;
  readonly authority?: string;
  readonly issued?: string;
}

export function encodeText(card: CardContents): Uint8Array {
  const block = Buffer.from(' '.repeat(TEXT_BYTES / 2), 'utf16le');
  const put = ([offset, bytes]: readonly [number, number], text: string): void => {
    // Cut at the field's end, as the issuing system does with a very long address.
    Buffer.from(text.slice(0, bytes / 2), 'utf16le').copy(block, offset);
  };
  const layout = LAYOUTS[card.layout];
  if (!layout) throw new Error('no such layout');
  put([248, 2], card.layout);
  put(layout.name, card.name);
  put(layout.sex, card.sex);
  put(layout.birth, card.birth);
  put(layout.number, card.number);
  put(layout.expiry, card.expiry);
  put([188, 16], card.issued ?? '20150101');
  putOtherName(layout.otherName ?? [], card.otherName ?? '', put);
  if (card.layout === ' ' || card.layout === 'J') {
    put([32, 4], card.nation ?? '01');
    put([52, 70], card.address ?? '');
    put([158, 30], card.authority ?? '');
  }
  return new Uint8Array(block);
}

function putOtherName(
  spans: readonly (readonly [number, number])[],
  name: string,
  put: (span: readonly [number, number], text: string) => void,
): void {
  let rest = name;
  for (const span of spans) {
    put(span, rest);
    rest = rest.slice(span[1] / 2);
  }
}
