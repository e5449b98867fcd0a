import { expect, test } from 'vitest';
import { decodeJob } from '../../../drivers/escpos/job.ts';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { DOCTOR, DRAFT, PATIENT, testDesk } from '../visit/testing/desk.ts';
import { createSlips } from './slips.ts';

/** docs/slips.md shows every slip as it is printed: made anew here under `vitest run --update=all`. */

const HEAD = `# Slips

What comes out of the printer, as text: 48 columns, 80 mm. Made by \`gateway/clinic/slip/documented.test.ts\`; an empty line above
「二维码」 is the QR code. Large type is not shown.`;

function slipsOf(paid_way: 'cash' | 'code' | 'owed') {
  const here = testDesk();
  const { id } = here.desk.open({ psn_no: PATIENT });
  const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
  const request = 'request-of-slips-0001';
  const confirm = { visit: id, request, digest: digest ?? '', draft: DRAFT, paid_way, operator: DOCTOR };
  const { seq, body } = here.desk.confirm(confirm);
  const { ledger, desk } = here;
  const slips = createSlips({ ledger, reference: desk.reference, signing: KEYS.signing, demo: false });
  const paper = (of: number, copy: number) => decodeJob(slips.bytesOf(of, copy)).lines;
  const reverse = () =>
    ledger.reverse({
      ...{ operator: DOCTOR, request: 'request-of-slips-0002', seq, reason: '药开错了' },
      ...{ refund: body.paid, day: desk.today() },
    }).seq;
  return { seq, paper, reverse };
}

test('docs/slips.md is what is printed', async () => {
  const shown: string[] = [HEAD];
  const show = (title: string, lines: readonly string[]) =>
    shown.push(
      `## ${title}\n\n\`\`\`\n${lines
        .map((line) => line.trimEnd())
        .join('\n')
        .trim()}\n\`\`\``,
    );
  const cash = slipsOf('cash');
  show('A settlement, paid in cash', cash.paper(cash.seq, 0));
  const owed = slipsOf('owed');
  show('A settlement that is owed, second copy', owed.paper(owed.seq, 1));
  show('The reversal of what was owed', owed.paper(owed.reverse(), 0));
  show('A copy of a settlement that was taken back', owed.paper(owed.seq, 2));
  show('The reversal of what was paid in cash', cash.paper(cash.reverse(), 0));
  await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot('../../../docs/slips.md');
});
