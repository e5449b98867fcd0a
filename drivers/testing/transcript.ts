/** Reads the annotated transcripts in `frames/`: '>' to the device, '<' from it, '#' a remark. */
import { readFileSync } from 'node:fs';

export interface Said {
  readonly by: 'host' | 'device';
  readonly bytes: Uint8Array;
}

export function readTranscript(url: URL): Said[] {
  const said: { by: Said['by']; hex: string }[] = [];
  for (const line of readFileSync(url, 'utf8').split('\n')) {
    const text = line.replace(/#.*/, '');
    if (text.startsWith('>') || text.startsWith('<')) {
      said.push({ by: text.startsWith('>') ? 'host' : 'device', hex: text.slice(1) });
    } else {
      const last = said.at(-1);
      if (last) last.hex += text;
    }
  }
  return said.map(({ by, hex }) => ({ by, bytes: fromHex(hex) }));
}

function fromHex(text: string): Uint8Array {
  const hex = text.replace(/\s/g, '');
  if (!/^([0-9A-Fa-f]{2})*$/.test(hex)) throw new Error('a transcript holds something that is not hex');
  return Buffer.from(hex, 'hex');
}
