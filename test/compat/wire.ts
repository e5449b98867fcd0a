import { boxKeysIn, townshipKeysIn } from './places.ts';
import {
  AnswerFrame,
  Ask,
  AskPayload,
  boxName,
  checkCertificate,
  compactOf,
  Enrolment,
  Finding,
  fromBase64url,
  Hello,
  importPublicKey,
  type JwsParts,
  jsonOf,
  keysByKid,
  meetingOf,
  openAdmission,
  openDataset,
  openDown,
  openRecord,
  openStateDir,
  openUp,
  openWith,
  PRESENTED_MARK,
  parseTopic,
  publicTlsKey,
  Receipt,
  readPresence,
  shapeOf,
  sharedKey,
  type Typ,
  verifyJws,
} from './product.ts';

/** What a payload says, read with everything that checks it: seal, shape, signature, chain. */

const asAsk = shapeOf(Ask, 'ask');
const asAskPayload = shapeOf(AskPayload, 'ask');
const asAnswer = shapeOf(AnswerFrame, 'answer');
const asEnrolment = shapeOf(Enrolment, 'enrolment');
const asHello = shapeOf(Hello, 'hello');
const asReceipt = shapeOf(Receipt, 'receipt');
const asFinding = shapeOf(Finding, 'finding');

export interface Place {
  clinic: string;
  ledger: string;
  leaf: string;
}

/** Reads the traffic of one township and the boxes whose folders are given. */
export function createReader(town: string, boxFolders: string[], codes: string[]) {
  const { keys, insurer, vendor } = townshipKeysIn(town);
  const boxes = boxFolders.map((folder) => {
    const { ledger } = JSON.parse(openStateDir(folder).read('enrolment.json') ?? '');
    const tls = publicTlsKey(openStateDir(folder).read('tls.key') ?? '');
    return { ledger: String(ledger), tls, ...boxKeysIn(folder) };
  });
  const meetings = codes.map(meetingOf);
  const trust = {
    township: keysByKid([keys.signing.jwk]),
    insurer: keysByKid([insurer.jwk]),
    vendor: keysByKid([vendor.jwk]),
  };
  const byTownship = (typ: Typ, jws: string) => verifyJws(typ, jws, trust.township).payload;

  const boxOf = (ledger: string) => {
    const box = boxes.find((one) => one.ledger === ledger);
    if (!box) throw new Error(`no box has ledger ${ledger}`);
    return { ...box, pair: sharedKey(box.sealing, keys.sealing.publicKey) };
  };

  function up({ ledger }: Place, payload: Buffer): unknown {
    if (payload.subarray(0, PRESENTED_MARK.length).equals(PRESENTED_MARK))
      return { t: 'admission', says: openAdmission(payload, keys) };
    const { signing } = boxOf(ledger);
    // The township has the same key from its own half of each pair.
    const message = openUp(sharedKey(keys.sealing, boxOf(ledger).sealing.publicKey), payload);
    if (message.t === 'hello')
      return { t: 'hello', says: asHello(verifyJws('cyt-hello+jws', message.hello, () => signing).payload) };
    const recordOf = (parts: JwsParts) => {
      const { hash, record } = openRecord(compactOf(parts), () => signing);
      return { hash, record };
    };
    return { t: 'records', after: message.after, says: message.records.map(recordOf) };
  }

  function down({ clinic, ledger }: Place, payload: Buffer): unknown {
    const { pair, tls } = boxOf(ledger);
    const message = openDown(pair, payload);
    if (message.t === 'receipt')
      return { t: 'receipt', says: asReceipt(byTownship('cyt-receipt+jws', message.receipt)) };
    if (message.t === 'finding')
      return { t: 'finding', says: asFinding(byTownship('cyt-finding+jws', message.finding)) };
    if (message.t === 'dataset')
      return { t: 'dataset', says: openDataset(message, clinic, trust), content: message.content };
    if (message.t === 'certificate')
      return {
        t: 'certificate',
        until: checkCertificate(message, boxName(clinic, ledger), tls),
        ca: message.ca,
      };
    return { t: message.t };
  }

  function ask(name: string, payload: Buffer): unknown {
    const { key } = meetings.find(({ topic }) => topic === name) ?? { key: Buffer.alloc(32) };
    const said = asAsk(jsonOf(openWith(key, payload)));
    const signer = importPublicKey(said.key);
    const known = (kid: string) => (kid === signer.kid ? signer : undefined);
    return {
      t: 'ask',
      key: said.key,
      says: asAskPayload(verifyJws('cyt-enrol+jws', said.ask, known).payload),
    };
  }

  function answer(name: string, payload: Buffer): unknown {
    const { key } = meetings.find(({ topic }) => topic === name) ?? { key: Buffer.alloc(32) };
    const { from, sealed } = asAnswer(jsonOf(openWith(key, payload)));
    const opened = boxes.flatMap(({ sealing }) => {
      try {
        return [openWith(sharedKey(sealing, fromBase64url(from)), fromBase64url(sealed))];
      } catch {
        return []; // for another box
      }
    });
    return { t: 'answer', from, says: asEnrolment(jsonOf(opened[0] ?? Buffer.alloc(0))) };
  }

  return (topic: string, payload: Buffer): unknown => {
    const to = parseTopic(topic);
    if (to?.kind === 'enrol') return to.leaf === 'ask' ? ask(to.name, payload) : answer(to.name, payload);
    if (to?.leaf === 'up') return up(to, payload);
    if (to?.leaf === 'down') return down(to, payload);
    if (to?.leaf === 'state') return { t: 'presence', says: readPresence(payload) };
    throw new Error(`not a topic: ${topic}`);
  };
}

/** As it comes back from a file: what is undefined or a Buffer there is not. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
