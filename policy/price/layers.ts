/** Step 3: a layer after the pool. Source: docs/adjudication.md "Step 3". */

import type { ReadClaim } from '../claim/claim.ts';
import type { Bands, Layer } from '../compile/layer.ts';
import { type Fen, mulDivHalfUp, ONE, sum } from '../fen.ts';
import type { Part } from '../types.ts';
import { accumulatePaid, findHeadroom, tightest } from './headroom.ts';
import { traceLayer } from './make-trace.ts';
import { accumulate, book, type State } from './state.ts';

/** What is left to the person. */
export type Parts = Record<Part, Fen>;

export function personParts(state: State): Parts {
  const { own, over, pre, inscp } = state.split;
  return { inscp: sum(inscp) - sum(state.poolPay), pre: sum(pre), over: sum(over), own: sum(own) };
}

export function runLayer(state: State, layer: Layer, parts: Parts): void {
  let base = 0;
  for (const part of layer.base) base += parts[part];
  const holds = layer.when(state.claim, -1);
  if (!holds || base === 0) {
    if (state.trace) traceLayer(state.trace, layer, holds ? 'no_item' : 'when', []);
    return;
  }
  const headroom = findHeadroom(state, layer);
  const before = layer.bands ? (state.used[layer.bands.bucket.index] as number) : 0;
  const deductible = takeDeductible(state, layer, base);
  const gross = layer.bands ? payBands(state, layer.bands, base) : payRate(state, layer, base - deductible);
  const least = tightest(headroom);
  const paid = least === undefined ? gross : Math.min(gross, least.left);
  const binding = paid < gross ? least : undefined;
  if (binding?.allotmentBound) state.allotmentBound = true;
  accumulatePaid(state, layer, headroom, paid);
  takeOff(parts, layer.base, paid);
  const amounts = { base, deductible, gross, paid };
  const result = book(state, layer, amounts, binding?.limit.bucket.name ?? null);
  if (state.trace) traceLayer(state.trace, layer, 'paid', headroom, { state, result, before, base });
}

function takeDeductible(state: State, layer: Layer, base: Fen): Fen {
  if (layer.deductible === undefined) return 0;
  const { bucket, amount } = layer.deductible;
  const left = Math.max(0, amount(state.claim, -1) - (state.used[bucket.index] as number));
  const taken = Math.min(base, left);
  accumulate(state, bucket, taken);
  return taken;
}

function payRate(state: State, layer: Layer, amount: Fen): Fen {
  return layer.rate ? mulDivHalfUp(amount, layer.rate(state.claim, -1), ONE) : 0;
}

function payBands(state: State, bands: Bands, base: Fen): Fen {
  const before = state.used[bands.bucket.index] as number;
  accumulate(state, bands.bucket, base);
  return bandsPay(state.claim, bands, before + base) - bandsPay(state.claim, bands, before);
}

/**
 * round2(f(x)) with x = `carried`: every band's rate on the part of x above the threshold that lies in it.
 */
function bandsPay(claim: ReadClaim, { threshold, bands }: Bands, carried: Fen): Fen {
  const above = carried - threshold(claim, -1);
  let weighted = 0;
  let from = 0;
  for (const { upto, rate } of bands) {
    if (above <= from) break;
    weighted += (Math.min(above, upto) - from) * rate(claim, -1);
    from = upto;
  }
  return mulDivHalfUp(weighted, 1, ONE);
}

function takeOff(parts: Parts, base: Part[], paid: Fen): void {
  let left = paid;
  for (const part of base) {
    const taken = Math.min(parts[part], left);
    parts[part] -= taken;
    left -= taken;
  }
}
