import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certified {
  cert: string;
  key: string;
}

/** A certificate authority for tests, by the openssl command. */
export function testAuthority() {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-ca-'));
  const file = (name: string) => join(folder, name);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=test CA',
  );
  return {
    ca: read('ca.pem'),
    issue(name: string): Certified {
      openssl('req', ...newKey, '-keyout', file('x.key'), '-out', file('x.csr'), '-subj', `/CN=${name}`);
      writeFileSync(file('ext'), 'subjectAltName=IP:127.0.0.1\n');
      const ca = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'];
      openssl(
        'x509',
        '-req',
        '-in',
        file('x.csr'),
        ...ca,
        '-out',
        file('x.pem'),
        '-days',
        '2',
        '-extfile',
        file('ext'),
      );
      return { cert: read('x.pem'), key: read('x.key') };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
