import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceCode, TRACE_CODE_MAX } from './trace-code.ts';

const GS = '\u001d';
const GTIN = '06901234567892';
const ID = `01${GTIN}21SN-00017`;

describe('a trace code', () => {
  it.each([
    ['as a GS1 DataMatrix holds it', `01${GTIN}21SN-00017${GS}1726123110LOT7`],
    ['with batch and dates before the serial number', `01${GTIN}1726123111261001` + `10LOT7${GS}21SN-00017`],
    ['behind the scanner’s ]d2', `]d201${GTIN}1726123110LOT7${GS}21SN-00017`],
    ['behind ]C1, with FNC1 first', `]C1${GS}01${GTIN}21SN-00017${GS}`],
    ['behind ]Q3', `]Q301${GTIN}21SN-00017`],
    ['as it is printed', `(01)${GTIN}(17)261231(10)LOT7(21)SN-00017`],
    ['as it is printed, in another order and with blanks', `(21) SN-00017 (01) ${GTIN}`],
    ['in full-width letters', `（01）０６９０１２３４５６７８９２（21）ＳＮ－０００１７`],
    ['with the sign for FNC1 spelled out', `01${GTIN}10LOT7<GS>21SN-00017`],
    ['as a web address', `https://id.gs1.org/01/${GTIN}/10/LOT7/21/SN-00017?17=261231`],
    ['with an article number of 13 digits', `(01)${GTIN.slice(1)}(21)SN-00017`],
  ])('of GS1, %s, is article and serial number', (_how, text) => {
    expect(readTraceCode(text)).toEqual({ system: 'gs1', id: ID });
  });

  it.each([
    ['plain', '81234567890123456789'],
    ['grouped as it is printed', ' 8123 4567 8901 2345 6789 '],
    ['full-width', '８１２３４５６７８９０１２３４５６７８９'],
    ['behind ]C0', ']C081234567890123456789'],
    ['with marks that have no width', '\u200b8123456789\u20600123456789\ufeff'],
    ['in a web address', 'http://www.example.com/q?c=81234567890123456789'],
  ])('of 20 digits, %s, is these digits', (_how, text) => {
    expect(readTraceCode(text)).toEqual({ system: 'digits', id: '81234567890123456789' });
  });

  it.each(['1234567890123456789', 'YT-2026-00012345', 'a1b2c3d4e5', '(ABC)20261231/7', '0126999999999999'])(
    'of a maker, %s, stays as it is',
    (text) => {
      expect(readTraceCode(text)).toEqual({ system: 'maker', id: text });
    },
  );

  it('with a field that is too long is no GS1, and stays whole', () => {
    const code = `01${GTIN}10${'7'.repeat(21)}${GS}21SN-00017`;
    expect(readTraceCode(code)).toEqual({ system: 'maker', id: code });
  });

  it('of GS1 whose FNC1 the scanner left out is whole, so that two packs of a batch are two', () => {
    const packs = ['0001', '0002'].map((end) => readTraceCode(`01${GTIN}1726123110LOT721SN${end}`));
    expect(packs[0]?.id).not.toBe(packs[1]?.id);
  });

  it.each([
    ['a word', '阿莫西林'],
    ['initials', 'amxl'],
    ['long initials', 'lianhuaqingwenjiaonang'],
    ['nothing', ''],
    ['blanks', ' \t '],
    ['a bar code of 13 digits', '6901234567892'],
    ['of 8', '96385074'],
    ['of 14', GTIN],
    ['of 12', '036000291452'],
    ['an article number without a serial number', `(01)${GTIN}`],
    ['a batch without one', `]d201${GTIN}10LOT7`],
    ['a wrong article number in brackets', '(01)06901234567891(21)SN'],
    ['a serial number that is too long', `(01)${GTIN}(21)${'7'.repeat(21)}`],
    ['a Chinese sentence with digits', '第12345678号'],
    ['too long a text', '7'.repeat(TRACE_CODE_MAX + 1)],
  ])('is not: %s', (_what, text) => {
    expect(readTraceCode(text)).toBeNull();
  });

  const digit = fc.integer({ min: 0, max: 9 });
  const gtin = fc.array(digit, { minLength: 13, maxLength: 13 }).map((digits) => {
    const sum = digits.reduce((total, one, i) => total + one * (i % 2 === 0 ? 3 : 1), 0);
    return [...digits, (10 - (sum % 10)) % 10].join('');
  });
  const word = (chars: string) =>
    fc.array(fc.constantFrom(...chars), { minLength: 1, maxLength: 20 }).map((all) => all.join(''));
  const value = word('0123456789ABCDEFabcdef-_./');
  const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
  const ymd = day.map((date) => date.toISOString().slice(2, 10).replaceAll('-', ''));

  it('of GS1 is the same in every order and spelling, and another one for another serial number', () => {
    const parts = fc.record({
      gtin,
      serial: value,
      batch: value,
      ends: ymd,
      order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    });
    fc.assert(
      fc.property(parts, value, ({ gtin, serial, batch, ends, order }, other) => {
        const spelled = (serial: string, open: string, close: string, end: string) => {
          const rest = [
            `${open}21${close}${serial}${end}`,
            `${open}10${close}${batch}${end}`,
            `${open}17${close}${ends}`,
          ];
          return `${open}01${close}${gtin}${order.map((at) => rest[at]).join('')}`;
        };
        const id = `01${gtin}21${serial}`;
        const texts = [
          spelled(serial, '(', ')', ''),
          `]d2${spelled(serial, '', '', GS)}`,
          spelled(serial, '', '', GS),
          `]C1${id}`,
        ];
        for (const text of texts) expect([text, readTraceCode(text)?.id]).toEqual([text, id]);
        fc.pre(other !== serial);
        expect(readTraceCode(`]d2${spelled(other, '', '', GS)}`)?.id).not.toBe(id);
      }),
    );
  });

  it('that was read is read again as the same, and no text makes the reader fail', () => {
    const bits = fc.constantFrom(
      '01',
      '21',
      '10',
      '17',
      GS,
      '(01)',
      '(21)',
      ']d2',
      ']C1',
      GTIN,
      'http://',
      '/',
      '８',
      ' ',
      '8123456789',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 150 }),
      fc.array(fc.oneof(bits, value), { maxLength: 9 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (scanned) => {
        const read = readTraceCode(scanned);
        if (read) expect(readTraceCode(read.id)?.id).toBe(read.id);
      }),
      { numRuns: 2_000 },
    );
  });
});
