import pino from 'pino';
import { isObjectionCode } from '../../sync/objection-codes.ts';
import { createSignedObjections } from '../../sync/township/book/signed-objections.ts';
import { realClock } from '../real.ts';
import { type Command, need, text, UsageError } from './command.ts';
import { withOffice } from './township-office.ts';

const withdraw: Command = {
  takes: '--state DIR --ledger ID --seq N --code CODE --why TEXT',
  does: 'takes back an objection that has been cleared up; its box is told',
  options: { state: text, ledger: text, seq: text, code: text, why: text },
  run: (values) =>
    withOffice(values, ({ store }, { township: signing }) => {
      const [ledger, seq, code] = [need(values, 'ledger'), Number(need(values, 'seq')), need(values, 'code')];
      const why = need(values, 'why');
      const log = pino({ name: 'township', base: null }, pino.destination({ fd: 2, sync: true }));
      const now = () => new Date(realClock.now()).toISOString();
      const signed = createSignedObjections({ signing, log, now });
      const jws = store.transact((tables) => {
        if (!isObjectionCode(code) || !tables.objections.stands(ledger, seq, code)) return undefined;
        return signed.withdraw(tables, { code, text: why, withdraws: { ledger, seq } });
      });
      if (jws === undefined)
        throw new UsageError('no such objection stands; `township report findings` names them');
      process.stdout.write(`${JSON.stringify({ ledger, seq, code, withdrawn: true })}\n`);
      return 0;
    }),
};

export const objectionCommands: Record<string, Command> = { 'township withdraw': withdraw };
