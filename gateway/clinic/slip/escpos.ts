import { commands, transform } from 'receiptline';
import { COLUMNS } from './markup.ts';

const low = (n: number): string => String.fromCharCode(n & 255, n >> 8);

/**
 * The printer draws the code itself (GS ( k). Drawn as dots, as receiptline would, it is twenty times as many
 * bytes on a serial line, and dots may hold DLE EOT, which a printer obeys even in the middle of a picture.
 */
const escpos = {
  ...commands.escpos,
  qrcode: ({ data, cell, level }: { data: string; cell: number; level: string }): string => {
    const command = (parameters: string) => `\x1d(k${low(parameters.length)}1${parameters.slice(1)}`;
    return [
      command('1A2\x00'),
      command(`1C${String.fromCharCode(cell)}`),
      command(`1E${'lmqh'.indexOf(level)}`),
      command(`1P0${data}`),
      command('1Q0'),
    ].join('');
  },
};

/** ESC/POS of receiptline's markup for an 80 mm printer. receiptline gives bytes as characters below 256. */
export function documentBytes(markup: string): Uint8Array {
  const printer = { cpl: COLUMNS, encoding: 'gb18030', spacing: true, command: escpos } as const;
  return Uint8Array.from(Buffer.from(transform(markup, printer), 'latin1'));
}
