import { isDeepStrictEqual } from 'node:util';
import {
  type Answer,
  adjudicate,
  type CompiledBundle,
  compileBundle,
  selfPay,
} from '../../../policy/index.ts';
import type { DatasetRef, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import { isSettlement } from '../../../sync/contract/record.ts';
import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { Store } from '../store/index.ts';

interface Replay {
  settlements: number;
  /** Settlements that get another answer today, or whose bundle is absent or does not compile. */
  differing: { seq: number; why: string }[];
}

/** Prices every settlement again under the bundle of its day, and names those whose answer differs. */
export function replayLedger(store: Store, sealer: Sealer): Replay {
  const bundles = new Map<string, CompiledBundle | null>();
  const bundleOf = ({ name, version }: DatasetRef): CompiledBundle | null => {
    const key = `${name} ${version}`;
    if (!bundles.has(key)) bundles.set(key, compiled(store, sealer, name, version));
    return bundles.get(key) ?? null;
  };
  const again = ({ claim, datasets }: SettlementBody): Answer | string => {
    if (datasets.bundle === null) return selfPay(claim);
    const bundle = bundleOf(datasets.bundle);
    return bundle
      ? adjudicate(bundle, claim)
      : `bundle ${datasets.bundle.name} ${datasets.bundle.version} is not here`;
  };
  const replay: Replay = { settlements: 0, differing: [] };
  for (const row of recordRows(store)) {
    const record = row.kind === 'settlement' ? openRow(sealer, row) : null;
    if (!isSettlement(record)) continue;
    const { body } = record;
    replay.settlements++;
    const answer = again(body);
    if (typeof answer === 'string') replay.differing.push({ seq: row.seq, why: answer });
    else if (!isDeepStrictEqual(answer, body.answer))
      replay.differing.push({ seq: row.seq, why: 'another price' });
  }
  return replay;
}

function compiled(store: Store, sealer: Sealer, name: string, version: number): CompiledBundle | null {
  const row = store.dataset(name, version);
  const result = row && compileBundle(JSON.parse(sealer.open(row.sealed)));
  return result?.ok ? result.bundle : null;
}
