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

  it.each(['YT202600012345', 'A1B2C3D4E5', '(ABC)20261231/7', '0126999999999999'])(
    'of a maker, %s, stays as it is',
    (text) => {
      expect(readTraceCode(text)).toEqual({ system: 'maker', id: text });
    },
  );

  const CODE = '82222222222222222222';
  const OTHER = '83333333333333333333';
  it.each([
    [CODE, CODE + CODE],
    [CODE, `${CODE};${CODE}`],
    [CODE, `${CODE},\n${CODE},`],
    [CODE, CODE.repeat(3)],
    [CODE, `${CODE},`],
    [CODE, `，${CODE}；`],
    [CODE, `"${CODE}"`],
    [CODE, `*${CODE}*`],
    [CODE, `＊${CODE}＊`],
    [CODE, '82222-22222-22222-22222'],
    [CODE, '82222–22222—22222−22222'],
    [CODE, '8222.2222.2222.2222.2222'],
    [CODE, `${CODE}.`],
    ['ABCDEF123456', 'AbCdEf123456'],
    ['ABCDEF123456', '*abcdef-123456*'],
    ['ABCDEF123456', 'abcdef123456ABCDEF123456'.toLowerCase()],
    ['YT202600012345', 'yt-2026-00012345'],
    [ID, `01${GTIN}10LOT7|21SN-00017`],
    [ID, `01${GTIN}10LOT7\\x1d21SN-00017`],
    [ID, `01${GTIN}10LOT7\\u001D21SN-00017`],
    [ID, `]D201${GTIN}21sn-00017`],
    [ID, `*(01)${GTIN}(21)SN-00017*(10)LOT7`],
    [ID, `01${GTIN}21SN-00017`.repeat(2)],
  ])('%s is the same in another dress: %s', (id, text) => {
    expect(readTraceCode(text)?.id).toBe(id);
  });

  it.each([
    CODE.slice(1),
    `${CODE}2`,
    CODE + OTHER,
    `${CODE};${OTHER}`,
    `${CODE}, ${OTHER}`,
    `${CODE}|${OTHER}`,
    `${CODE}-${OTHER}`,
    CODE + OTHER.slice(1),
    'ABCDEF123456;ABCDEF123457',
    '6921234567898',
    '692123456789',
    '16921234567898',
    '12345678',
    '69212-34567898',
    '010692123456789721QQ1',
    '010692123456789717261231',
  ])('is not what is almost one, two in one, or a bar code misread: %s', (text) => {
    expect(readTraceCode(text)).toBeNull();
  });

  it('with a field that is too long is no GS1, and stays whole', () => {
    const code = `01${GTIN}10${'7'.repeat(21)}${GS}21SN-00017`;
    expect(readTraceCode(code)).toEqual({ system: 'maker', id: code.replace('-', '') });
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
        const id = `01${gtin}21${serial.toUpperCase()}`;
        const texts = [
          spelled(serial, '(', ')', ''),
          `]d2${spelled(serial, '', '', GS)}`,
          spelled(serial, '', '', GS),
          `]C1${id}`,
          `*${spelled(serial, '(', ')', '')};`,
          `]d2${spelled(serial, '', '', '|').toLowerCase()}`,
        ];
        for (const text of texts) expect([text, readTraceCode(text)?.id]).toEqual([text, id]);
        fc.pre(other.toUpperCase() !== serial.toUpperCase());
        expect(readTraceCode(`]d2${spelled(other, '', '', GS)}`)?.id).not.toBe(id);
      }),
    );
  });

  it('of 20 digits or of a maker is one, whatever is put around, between and behind it', () => {
    const [around, between] = [
      fc.constantFrom('', '*', '"', ',', ';', ' ', '，'),
      fc.constantFrom('', '-', '—'),
    ];
    const digits = fc.array(digit, { minLength: 20, maxLength: 20 }).map((all) => all.join(''));
    const makers = fc
      .tuple(fc.constantFrom('A', 'YT', 'Zx'), digits)
      .map(([a, b]) => `${a}${b.slice(0, 11)}`);
    const dress = fc.record({
      code: fc.oneof(digits, makers),
      around,
      between,
      at: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(dress, fc.boolean(), ({ code, around, between, at }, twice) => {
        const dashed = `${around}${code.slice(0, at)}${between}${code.slice(at)}${around}`;
        const text = twice ? dashed + dashed : dashed;
        expect([text, readTraceCode(text.toLowerCase())?.id]).toEqual([text, code.toUpperCase()]);
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
