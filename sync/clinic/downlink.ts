import type { DatasetManifest } from '../contract/datasets/manifest.ts';
import type { Certified } from '../contract/enrolment.ts';
import { type DownMessage, Objection, Receipt } from '../contract/messages.ts';
import { shapeOf } from '../contract/shape.ts';
import { SyncError } from '../errors.ts';
import { keysByKid, openDataset } from '../record/dataset.ts';
import { verifyJws } from '../record/jws.ts';
import type { LinkOptions } from './ports.ts';
import type { RefusedDatasets } from './refused-datasets.ts';
import type { Uplink } from './uplink.ts';

const asReceipt = shapeOf(Receipt, 'receipt');
const asObjection = shapeOf(Objection, 'finding');

/** Objections that mean: this ledger must take no more. */
const CLOSING = new Set(['RECORD_FORK', 'LEDGER_CLOSED']);

interface Downlink {
  /** Throws SyncError for everything that the township did not sign, or not for us. */
  take(message: DownMessage): void;
}

/** Verifies what the township sends and hands it to the ledger, the uplink or the certificate. */
export function createDownlink(
  options: Pick<LinkOptions, 'source' | 'enrolment' | 'certificate' | 'log'> & {
    uplink: Uplink;
    refused: RefusedDatasets;
    changed(): void;
  },
): Downlink {
  const { source, enrolment, log, uplink, changed } = options;
  const trust = {
    township: keysByKid(enrolment.trust.township),
    insurer: keysByKid(enrolment.trust.insurer),
    vendor: keysByKid(enrolment.trust.vendor),
  };

  function ours<T extends { ledger: string; clinic: string }>(signed: T): T {
    if (signed.ledger !== source.ledger || signed.clinic !== source.clinic)
      throw new SyncError('MESSAGE_REFUSED', 'for another ledger');
    return signed;
  }

  function takeReceipt(jws: string): void {
    const receipt = ours(asReceipt(verifyJws('cyt-receipt+jws', jws, trust.township).payload));
    if (!uplink.receipt(jws, receipt)) throw new SyncError('MESSAGE_REFUSED', 'a receipt of another session');
  }

  function takeObjection(jws: string): void {
    const { code, seq, text } = ours(asObjection(verifyJws('cyt-finding+jws', jws, trust.township).payload));
    source.addObjection(jws);
    if (CLOSING.has(code)) uplink.halt(`the township says ${code} at seq ${seq}: ${text}`);
    changed();
  }

  /** Whoever published what is refused here hears of it by the next hello. */
  function install(manifestJws: string, content: string, manifest: DatasetManifest): void {
    try {
      source.install(manifestJws, content, manifest);
    } catch (error) {
      if (error instanceof SyncError && error.code === 'DATASET_REFUSED') {
        const { name, version } = manifest;
        if (options.refused.note({ name, version, why: error.message })) uplink.helloSoon();
      }
      throw error;
    }
  }

  function takeDataset(manifestJws: string, content: string): void {
    const manifest = openDataset({ manifest: manifestJws, content }, source.clinic, trust);
    const { name, version } = manifest;
    const inForce = source.datasets()[name] ?? 0;
    if (version === inForce) return; // sent twice
    if (version < inForce)
      throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${inForce} is in force`);
    install(manifestJws, content, manifest);
    log.info({ name, version }, 'a dataset came into force');
    changed();
  }

  function takeCertificate(certified: Certified): void {
    if (!options.certificate) throw new SyncError('MESSAGE_REFUSED', 'a certificate nobody asked for');
    options.certificate.take(certified);
    log.info({ until: options.certificate.status().until }, 'the township has sent a certificate');
    changed();
  }

  return {
    take(message) {
      switch (message.t) {
        case 'receipt':
          return takeReceipt(message.receipt);
        case 'finding':
          return takeObjection(message.finding);
        case 'dataset':
          return takeDataset(message.manifest, message.content);
        case 'certificate':
          return takeCertificate(message);
        case 'hail':
          return uplink.helloSoon();
      }
    },
  };
}
