import type { Certified } from '../contract/enrolment.ts';
import { type DownMessage, Finding, Receipt } from '../contract/messages.ts';
import { shapeOf } from '../contract/shape.ts';
import { SyncError } from '../errors.ts';
import { keysByKid, openDataset } from '../record/dataset.ts';
import { verifyJws } from '../record/jws.ts';
import type { LinkOptions } from './link.ts';
import type { Uplink } from './uplink.ts';

const asReceipt = shapeOf<Receipt>(Receipt, 'receipt');
const asFinding = shapeOf<Finding>(Finding, 'finding');

/** Findings that mean: this ledger must take no more. */
const FORKED = new Set(['RECORD_FORK', 'LEDGER_CLOSED']);

/** Takes what the township says. Throws SyncError for everything that is not its word, or not for us. */
export function createDownlink(
  options: Pick<LinkOptions, 'source' | 'enrolment' | 'certificate' | 'log'> & {
    uplink: Uplink;
    changed(): void;
  },
) {
  const { source, enrolment, log, uplink, changed } = options;
  const trust = {
    township: keysByKid(enrolment.trust.township),
    insurer: keysByKid(enrolment.trust.insurer),
    vendor: keysByKid(enrolment.trust.vendor),
  };

  function ours<T extends { ledger: string; clinic: string }>(said: T): T {
    if (said.ledger !== source.ledger || said.clinic !== source.clinic)
      throw new SyncError('MESSAGE_REFUSED', 'for another ledger');
    return said;
  }

  function takeReceipt(jws: string): void {
    const receipt = ours(asReceipt(verifyJws('cyt-receipt+jws', jws, trust.township).payload));
    if (!uplink.receipt(jws, receipt)) throw new SyncError('MESSAGE_REFUSED', 'a receipt of another session');
  }

  function takeFinding(jws: string): void {
    const finding = ours(asFinding(verifyJws('cyt-finding+jws', jws, trust.township).payload));
    source.addObjection(jws);
    if (FORKED.has(finding.code))
      uplink.halt(`the township says ${finding.code} at seq ${finding.seq}: ${finding.text}`);
    changed();
  }

  function takeDataset(manifestJws: string, content: string): void {
    const manifest = openDataset({ manifest: manifestJws, content }, source.clinic, trust);
    const { name, version } = manifest;
    const inForce = source.datasets()[name] ?? 0;
    if (version === inForce) return; // sent twice
    if (version < inForce)
      throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${inForce} is in force`);
    source.install(manifestJws, content, manifest);
    log.info({ name, version }, 'a dataset came into force');
    changed();
  }

  function takeCertificate(certified: Certified): void {
    if (!options.certificate) throw new SyncError('MESSAGE_REFUSED', 'a certificate nobody asked for');
    options.certificate.take(certified);
    log.info({ until: options.certificate.said().until }, 'the township has sent a certificate');
    changed();
  }

  return {
    take(message: DownMessage): void {
      if (message.t === 'receipt') takeReceipt(message.receipt);
      else if (message.t === 'finding') takeFinding(message.finding);
      else if (message.t === 'dataset') takeDataset(message.manifest, message.content);
      else if (message.t === 'certificate') takeCertificate(message);
      else uplink.helloSoon();
    },
  };
}
