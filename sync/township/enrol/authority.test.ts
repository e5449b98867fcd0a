import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  checkCertificate,
  createBoxCertificate,
  makeTlsKey,
  publicTlsKey,
} from '../../clinic/certificate.ts';
import type { Certified } from '../../contract/enrolment.ts';
import { boxName } from '../../contract/topics.ts';
import { makeTownshipKeys, readTownshipKeys } from '../../record/key-file.ts';
import { modelWorld } from '../../testing/model-world.ts';
import { random } from '../../testing/world.ts';
import { createAuthority } from './authority.ts';

const keys = () => readTownshipKeys(makeTownshipKeys(random).township);
const [ours, theirs] = [keys(), keys()];
const authority = createAuthority(ours);
const USER = `${'H'.repeat(30)}/${'a'.repeat(32)}`;
const key = publicTlsKey(makeTlsKey(random));
const UNTIL = Date.parse('2031-11-22T00:00:00.000Z');
const YEAR_MS = 365 * 86_400_000;

describe('certificates, as OpenSSL reads them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-authority-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const openssl = (...words: string[]) => {
    try {
      return execFileSync('openssl', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };
  const ca = file('ca.pem', authority.ca);
  const box = file('box.pem', authority.issue({ user: USER }, key, UNTIL));
  const broker = file('broker.pem', authority.issue({ hosts: ['mqtt.example.cn', '10.1.2.3'] }, key, null));
  const forged = file('forged.pem', createAuthority(theirs).issue({ user: USER }, key, UNTIL));
  const at = (instant: string) => ['-attime', String(Date.parse(instant) / 1000)];

  test.each([
    ['a box’s is a client’s', box, ['-purpose', 'sslclient'], /: OK$/],
    ['and not a broker’s', box, ['-purpose', 'sslserver'], /unsuitable certificate purpose/],
    [
      'a broker’s is a server’s, by name',
      broker,
      ['-purpose', 'sslserver', '-verify_hostname', 'mqtt.example.cn'],
      /: OK$/,
    ],
    ['by address', broker, ['-purpose', 'sslserver', '-verify_ip', '10.1.2.3'], /: OK$/],
    ['and by no other', broker, ['-verify_hostname', 'example.cn'], /hostname mismatch/],
    ['and not a client’s', broker, ['-purpose', 'sslclient'], /unsuitable certificate purpose/],
    ['another authority’s is nobody’s', forged, [], /unable to get local issuer/],
    ['a broker is known in 1970', broker, at('1970-01-01T00:00:00Z'), /: OK$/],
    ['in 2099', broker, at('2099-12-31T00:00:00Z'), /: OK$/],
    ['a box is known until its end', box, at('2031-11-21T23:59:59Z'), /: OK$/],
    ['and no longer', box, at('2031-11-22T00:00:01Z'), /certificate has expired/],
  ])('%s %#', (_what, certificate, options, verdict) => {
    expect(openssl('verify', '-x509_strict', '-CAfile', ca, ...options, certificate)).toMatch(verdict);
  });

  test('the longest name fits, past 2049 too; the same things give the same certificate', () => {
    const late = authority.issue({ user: USER }, key, Date.parse('2051-01-02T03:04:05.678Z'));
    expect(openssl('x509', '-in', file('late.pem', late), '-noout', '-subject', '-enddate')).toBe(
      `subject=CN = ${USER}\nnotAfter=Jan  2 03:04:05 2051 GMT`,
    );
    expect(authority.issue({ user: USER }, key, UNTIL)).toBe(authority.issue({ user: USER }, key, UNTIL));
    expect(createAuthority(ours).ca).toBe(authority.ca);
    const serials = [late, authority.ca, authority.issue({ user: USER }, key, null)].map(
      (pem) => new X509Certificate(pem).serialNumber,
    );
    expect(new Set(serials).size).toBe(3);
  });
});

describe('a box and its certificate', () => {
  const certified = (by: typeof ours, user: string, of = key, until = UNTIL): Certified => {
    const issuer = createAuthority(by);
    return { ca: issuer.ca, certificate: issuer.issue({ user }, of, until) };
  };
  const good = certified(ours, USER);

  test.each([
    ['another box’s', certified(ours, USER.replace('a', 'b'))],
    ['for another key', certified(ours, USER, publicTlsKey(makeTlsKey(random)))],
    ['of another authority', { ...good, ca: createAuthority(theirs).ca }],
    ['by a box that plays the authority', { ...certified(ours, USER), ca: good.certificate }],
    ['no certificate', { ...good, certificate: '-----BEGIN CERTIFICATE-----\nx' }],
  ])('%s is not its own', (_what, wrong) => {
    expect(checkCertificate(good, USER, key)).toBe(UNTIL);
    expect(() => checkCertificate(wrong, USER, key)).toThrow(/CERTIFICATE_UNFIT/);
  });

  test('renews by itself when a year is over, without a word more than its hello', async () => {
    const here = await modelWorld();
    const first = here.box();
    await here.during(first.stop());
    const keyPem = makeTlsKey(here.random);
    const user = boxName(first.source.clinic, first.source.ledger);
    let kept: Certified | undefined;
    const certificate = createBoxCertificate({
      keyPem,
      user,
      kept: () => kept,
      keep(fresh) {
        kept = fresh;
      },
    });
    const years = (count: number) => here.clock.now() + count * YEAR_MS;
    let box = here.connect(first.keys, first.source, first.source.clinic, { certificate });
    const meetAgain = async () => {
      await here.during(box.stop());
      box = here.connect(first.keys, first.source, first.source.clinic, { certificate });
      await here.clock.advance(5_000);
    };
    await here.clock.advance(5_000);
    expect(certificate.until(), 'a box that has none is given one').toBeGreaterThan(years(4.99));

    const left = (count: number) => certified(here.keys, user, publicTlsKey(keyPem), years(count));
    const young = left(4.1);
    kept = young;
    await meetAgain();
    expect(kept).toBe(young);
    const old = left(3.9);
    kept = old;
    await meetAgain();
    expect(certificate.until(), 'a year is over').toBeGreaterThan(years(4.99));

    const fresh = kept;
    await here.during(here.sendDown(box, { v: 1, t: 'certificate', ...old }));
    await here.clock.advance(1_000);
    expect(kept, 'an old one said again').toBe(fresh);
    const wrong = {
      ca: old.ca,
      certificate: createAuthority(theirs).issue({ user }, publicTlsKey(keyPem), null),
    };
    await here.during(here.sendDown(box, { v: 1, t: 'certificate', ...wrong }));
    await here.clock.advance(1_000);
    expect(kept).toBe(fresh);
    expect(box.link.state().refused).toEqual({ CERTIFICATE_UNFIT: 1 });
    await here.during(box.stop());
  });
});
