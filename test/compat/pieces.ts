import { bytesOf, CLINIC, DATASETS, repeatable } from './given.ts';
import {
  createAuthority,
  createSealer,
  dataKeyFile,
  deriveKey,
  doorKey,
  enrolLogin,
  handedInBodies,
  handedInText,
  hashPin,
  importPublicKey,
  makeBoxKeys,
  makeCode,
  makeTlsKey,
  makeTownshipKeys,
  meetingOf,
  openRecord,
  openWith,
  parseCode,
  presenceWill,
  publicTlsKey,
  readBoxKeys,
  readDataKey,
  readRecoveryKey,
  readRoleKey,
  readTownshipKeys,
  recordHash,
  sealWith,
  signAdmission,
  signDataset,
  signingKeyOfSeed,
  signJws,
  signRecord,
  type Typ,
  unwrap,
  verifyJws,
  wrapFor,
} from './product.ts';

/** What has a byte format of its own, below the messages: keys, derivations, signatures, seals, indexes. */
export interface Piece {
  /** Seeds and derived keys that it is made with, base64. */
  keys: Record<string, Uint8Array>;
  nonce: Uint8Array | null;
  plain: unknown;
  bytes: Uint8Array | string;
  /** What stored bytes say; null where they say nothing (a hash). */
  read: ((bytes: Buffer) => unknown) | null;
}

const SEED = bytesOf('signing seed');
const KEY = bytesOf('a key');
const LEDGER = bytesOf('a ledger', 16).toString('hex');
const AT = '2026-11-22T00:30:00.000Z';
const NONCE = repeatable('nonce')(24);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const signing = signingKeyOfSeed(SEED);
const byUs = (kid: string) => (kid === signing.kid ? importPublicKey(signing.jwk) : undefined);

const publicOf = ({ publicKey }: { publicKey: Uint8Array }) => hex(publicKey);

function keyFiles(): Record<string, Piece> {
  const township = makeTownshipKeys(repeatable('township piece'));
  const file = (bytes: string, read: (file: string) => unknown): Piece => ({
    ...{ keys: {}, nonce: null, bytes, plain: read(bytes) },
    read: (stored) => read(text(stored)),
  });
  return {
    'key file of a box': file(makeBoxKeys(repeatable('box piece')), (stored) => {
      const { signing, sealing, data } = readBoxKeys(stored);
      return { kid: signing.kid, sealing: publicOf(sealing), data: hex(data) };
    }),
    'key file of a township': file(township.township, (stored) => {
      const { signing, sealing, recovery } = readTownshipKeys(stored);
      return { kid: signing.kid, sealing: publicOf(sealing), recovery: hex(recovery) };
    }),
    'key file for recovery': file(township.recovery, (stored) => publicOf(readRecoveryKey(stored))),
    'key file of the insurer': file(township.insurer, (stored) => readRoleKey(stored, 'insurer').kid),
    'key file with a data key': file(dataKeyFile(KEY), (stored) => hex(readDataKey(stored))),
    'key for TLS': file(makeTlsKey(repeatable('tls piece')), publicTlsKey),
  };
}

function enrolment(): Record<string, Piece> {
  const code = makeCode(repeatable('code piece'));
  const meeting = meetingOf(code);
  const from = (plain: unknown, bytes: Uint8Array | string, read: Piece['read'] = null): Piece => ({
    ...{ keys: {}, nonce: null, plain, bytes, read },
  });
  return {
    'enrolment code': from(parseCode(code), code, (stored) => parseCode(text(stored))),
    'topic of a code': from(code, meeting.topic),
    'key of a code': from(code, meeting.key),
    'door of a code': from(code, doorKey(meeting.key)),
    'login with a code': from(code, JSON.stringify(enrolLogin(code))),
  };
}

const PAYLOADS: Record<Typ, object> = {
  'cyt-record+jws': { v: 1, kind: 'stock', body: { 名: '药' } },
  'cyt-receipt+jws': {
    v: 1,
    ledger: LEDGER,
    clinic: CLINIC.fixmedins_code,
    through: 7,
    hash: hex(KEY),
    at: AT,
  },
  'cyt-finding+jws': { v: 1, ledger: LEDGER, seq: 3, code: 'AMOUNTS_DIFFER', text: '‘x’', at: AT, n: 1 },
  'cyt-dataset+jws': { v: 1, name: 'roster', version: 2, clinic: '*', issued: AT, size: 2, sha256: hex(KEY) },
  'cyt-hello+jws': { v: 1, ledger: LEDGER, head: 7, held: 5, datasets: { roster: 2 }, boot: 'b-1', n: 1 },
  'cyt-enrol+jws': { v: 1, topic: LEDGER, ledger: LEDGER, sealing: 'x' },
  'cyt-admission+jws': { v: 1, ledger: LEDGER, clinic: CLINIC, key: signing.jwk, sealing: 'x', at: AT },
  'cyt-slip+jws': { v: 1, ledger: LEDGER, seq: 3, hash: hex(KEY), day: '2026-11-22', sum: '26.34' },
  'cyt-succession+jws': { v: 1, key: signing.jwk },
};

function signatures(): Record<string, Piece> {
  const signed = (plain: unknown, jws: string, read: (jws: string) => unknown): Piece => ({
    ...{ keys: { seed: SEED }, nonce: null, plain, bytes: jws },
    read: (stored) => read(text(stored)),
  });
  const ofTyp = Object.entries(PAYLOADS).map(([typ, payload]) => {
    const open = (jws: string) => verifyJws(typ as Typ, jws, byUs).payload;
    return [`signature ${typ}`, signed(payload, signJws(typ as Typ, payload, signing), open)] as const;
  });
  const clinic = CLINIC.fixmedins_code;
  const fields = { ledger: LEDGER, clinic, at: AT, kind: 'stock', operator: 'D', body: { cnt: '1' } };
  const record = signRecord({ seq: 41, hash: hex(KEY) }, fields, signing);
  const content = JSON.stringify(DATASETS.roster);
  const dataset = signDataset({ name: 'roster', version: 3, clinic: '*', issued: AT, content }, signing);
  const keys = { ...readTownshipKeys(makeTownshipKeys(repeatable('township piece')).township), signing };
  const admission = { ledger: LEDGER, clinic: CLINIC, key: signing.jwk, sealing: 'x', at: AT };
  return {
    ...Object.fromEntries(ofTyp),
    record: signed(record.record, record.jws, (jws) => openRecord(jws, byUs).record),
    'hash of a record': {
      keys: {},
      nonce: null,
      plain: record.jws,
      bytes: recordHash(record.jws),
      read: null,
    },
    'manifest of a dataset': signed(
      verifyJws('cyt-dataset+jws', dataset.manifest, byUs).payload,
      dataset.manifest,
      (jws) => verifyJws('cyt-dataset+jws', jws, byUs).payload,
    ),
    admission: signed(
      { v: 1, ...admission },
      signAdmission(admission, keys),
      (jws) => verifyJws('cyt-admission+jws', jws, byUs).payload,
    ),
  };
}

/** A long run of one character as `c×count`, and back. */
const short = (_: string, value: unknown) =>
  typeof value === 'string' && value.length > 1_000 ? `${value[0]}×${value.length}` : value;
const long = (_: string, value: unknown) => {
  const [, run = '', count] = /^(.)×(\d+)$/.exec(String(value)) ?? [];
  return count === undefined ? value : run.repeat(Number(count));
};

function handedInPieces(): Record<string, Piece> {
  const says = (bodies: Record<string, unknown>[]) =>
    short(
      '',
      handedInText(bodies.at(-1) ?? {}, () => bodies.at(-2)),
    );
  const piece = (jws: string): Piece => ({
    ...{ keys: {}, nonce: null, plain: short('', jws) },
    bytes: JSON.stringify(handedInBodies(jws, signing.jwk), short),
    read: (stored) => says(JSON.parse(text(stored), long)),
  });
  return { 'handed-in record': piece('a.b.c'), 'handed-in record in two parts': piece('x'.repeat(190_000)) };
}

function seals(): Record<string, Piece> {
  const { recovery } = makeTownshipKeys(repeatable('township piece'));
  const safe = readRecoveryKey(recovery);
  const once = repeatable('once');
  const sealer = createSealer(KEY, () => NONCE);
  const index = (plain: string, bytes: Uint8Array): Piece => ({
    keys: { data: KEY },
    nonce: null,
    plain,
    bytes,
    read: null,
  });
  return {
    'sealed text': {
      ...{
        keys: { key: KEY },
        nonce: NONCE,
        plain: '封好的',
        bytes: sealWith(KEY, Buffer.from('封好的'), () => NONCE),
      },
      read: (stored) => text(openWith(KEY, stored)),
    },
    'record at rest': {
      ...{ keys: { data: KEY }, nonce: NONCE, plain: 'a.b.c', bytes: sealer.seal('a.b.c') },
      read: (stored) => sealer.open(stored),
    },
    'data key wrapped for recovery': {
      ...{ keys: { recovery: safe.secretKey, data: KEY }, nonce: repeatable('once')(24), plain: hex(KEY) },
      bytes: wrapFor(safe.publicKey, KEY, once),
      read: (stored) => hex(unwrap(safe, stored)),
    },
    'index of a person': index('P0001', sealer.person('P0001')),
    'index of a clinic': index('H1', sealer.clinic('H1')),
    'index of a request': index('r-1', sealer.request('r-1')),
    'index of a finding': index('a.b.c', sealer.objection('a.b.c')),
    'index of a trace code': index('81', sealer.traceCode('81')),
    'derived key': {
      keys: { key: KEY },
      nonce: null,
      plain: 'cyt purpose',
      bytes: deriveKey(KEY, 'cyt purpose'),
      read: null,
    },
  };
}

async function others(): Promise<Record<string, Piece>> {
  const keys = readTownshipKeys(makeTownshipKeys(repeatable('township piece')).township);
  const authority = createAuthority(keys);
  const own = { keys: { sealing: keys.sealing.secretKey }, nonce: null, read: null };
  const until = Date.parse('2031-11-22T00:30:00.000Z');
  const [user, hosts] = [`H1/${LEDGER}`, ['mqtt.example.cn', '192.0.2.1']];
  const will = presenceWill({ clinic: 'H1', ledger: LEDGER }, 'b-1');
  return {
    'authority of a township': { ...own, plain: null, bytes: authority.ca },
    'certificate of a box': { ...own, plain: user, bytes: authority.issue({ user }, signing.jwk, until) },
    'certificate of a broker': { ...own, plain: hosts, bytes: authority.issue({ hosts }, signing.jwk, null) },
    'last will': { keys: {}, nonce: null, plain: will.topic, bytes: will.payload, read: null },
    'hash of a PIN': {
      ...{ keys: {}, nonce: null, plain: '246810', read: null },
      bytes: JSON.stringify(await hashPin('246810', Buffer.from('some salt'))),
    },
  };
}

export async function makePieces(): Promise<Record<string, Piece>> {
  return {
    ...{ ...keyFiles(), ...enrolment(), ...signatures(), ...handedInPieces(), ...seals() },
    ...(await others()),
  };
}
