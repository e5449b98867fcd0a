import { join } from 'node:path';
import { DOWN_BYTES_MAX } from '../../contract/limits.ts';
import { enrolTopic, TOWNSHIP_FILTERS } from '../../contract/topics.ts';
import type { Random } from '../../ports.ts';
import { secretPem, signingKeyOfSeed } from '../../record/keys.ts';
import type { BrokerAccess } from '../enrol/access.ts';
import type { Authority } from '../enrol/authority.ts';
import { RECEIVER } from './aedes.ts';

/**
 * What a Mosquitto (2.0 or later) needs to keep the same rules as the embedded broker. Two listeners, and no
 * client is anonymous: one asks for a certificate of the township's authority, the other for a one-time code.
 * Mosquitto puts the name so proven in place of user name and client id. docs/township.md
 */
export interface MosquittoPlan {
  /** Absolute; where Mosquitto finds the files. */
  dir: string;
  /** Names and IPv4 addresses under which boxes know this broker. */
  hosts: string[];
  port: number;
  enrolPort: number;
  /** The one address to listen on; all without it. */
  bind?: string;
}

const PACKET_EXTRA_BYTES = 4_096;

const proven = ['use_identity_as_username true', 'use_username_as_clientid true'];

function configuration({ dir, port, enrolPort, bind }: MosquittoPlan): string[] {
  const listener = (at: number) => ['listener', at, ...(bind ? [bind] : [])].join(' ');
  return [
    '# Written by `cunyitong township mosquitto`; the next time writes it anew.',
    'per_listener_settings true',
    '# The longest message is a dataset on its way down.',
    `max_packet_size ${DOWN_BYTES_MAX + PACKET_EXTRA_BYTES}`,
    '',
    '# Boxes and the receiver, by certificate.',
    listener(port),
    `cafile ${join(dir, 'ca.pem')}`,
    `certfile ${join(dir, 'server.pem')}`,
    `keyfile ${join(dir, 'server.key')}`,
    'require_certificate true',
    ...proven,
    `acl_file ${join(dir, 'acl')}`,
    '',
    '# Who has a one-time code.',
    listener(enrolPort),
    'tls_version tlsv1.3',
    'psk_hint cunyitong',
    `psk_file ${join(dir, 'codes')}`,
    ...proven,
    `acl_file ${join(dir, 'acl-enrol')}`,
  ];
}

/**
 * %u is the proven name. A user's own rules go before the patterns: a revoked box publishes nothing, and may
 * still read that it is revoked.
 */
const rulesOf = (access: BrokerAccess) => [
  'pattern write cyt/1/%u/up',
  'pattern write cyt/1/%u/state',
  'pattern read cyt/1/%u/down',
  `user ${RECEIVER}`,
  ...TOWNSHIP_FILTERS.map((filter) => `topic read ${filter}`),
  'topic write cyt/1/+/+/down',
  `topic write ${enrolTopic('+', 'answer')}`,
  ...access
    .revoked()
    .flatMap((name) => [`user ${name}`, `topic deny cyt/1/${name}/up`, `topic deny cyt/1/${name}/state`]),
];

const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');

/**
 * Files by name that change with every code and every revocation; Mosquitto reads them again at SIGHUP. `at`:
 * codes that have expired by then are left out.
 */
export const mosquittoLists = (access: BrokerAccess, at: string): Record<string, string> => ({
  acl: text(rulesOf(access)),
  codes: text(access.enrolleePsks(at).map(({ topic, key }) => `${topic}:${key.toString('hex')}`)),
});

/** All files by name, with a new key for the broker. */
export function mosquittoFiles(
  { access, authority }: { access: BrokerAccess; authority: Authority },
  plan: MosquittoPlan,
  at: string,
  random: Random,
): Record<string, string> {
  const seed = random(32);
  return {
    'mosquitto.conf': text(configuration(plan)),
    'ca.pem': authority.ca,
    'server.pem': authority.issue({ hosts: plan.hosts }, signingKeyOfSeed(seed).jwk, null),
    'server.key': secretPem(seed),
    'acl-enrol': text([
      `pattern write ${enrolTopic('%u', 'ask')}`,
      `pattern read ${enrolTopic('%u', 'answer')}`,
    ]),
    ...mosquittoLists(access, at),
  };
}
