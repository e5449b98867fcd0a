import type { Log } from '../../sync/ports.ts';
import { codeOf, errorWords } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import type { ApiParts } from './api/parts.ts';
import { deskView } from './api/views/desk.ts';
import type { Changes } from './changes.ts';
import type { DeviceSet } from './devices.ts';
import type { Readiness } from './readiness.ts';

interface PageEventsOptions {
  parts: ApiParts;
  ledger: Pick<Ledger, 'onAppend' | 'onDataset'>;
  changes: Changes;
  devices: Pick<DeviceSet, 'onCredential' | 'onProblem' | 'onScan'>;
  readiness: Readiness;
  log: Log;
}

/** Sends every open page what happens by itself: cards, unreadable ones too, and changes of what it shows. */
export function sendPageEvents({ parts, ledger, changes, devices, readiness, log }: PageEventsOptions): void {
  const { desk, events } = parts;
  changes.listen(() => {
    try {
      readiness.check();
      events.send('desk', deskView(parts));
    } catch (err) {
      log.error({ err }, 'the desk cannot be told');
    }
  });
  ledger.onAppend(changes.announce);
  ledger.onDataset(changes.announce);
  devices.onCredential((credential) => {
    try {
      events.send('visit', { visit: desk.open({ credential }).id, why: 'card' });
    } catch (err) {
      log.warn({ err }, 'a card could not be looked up');
      events.send('problem', errorWords(codeOf(err)));
    }
  });
  devices.onProblem((code) => events.send('problem', errorWords(code)));
  let scanned = false;
  devices.onScan((_scan, { id }) => {
    // Once, and without the text: a scanner must not fill the log, and a code may name a person.
    if (!scanned) log.info({ device: id }, 'a code was scanned; nothing uses codes yet');
    scanned = true;
  });
}
