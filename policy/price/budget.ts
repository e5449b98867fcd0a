/** Step 4: the clinic's own budget. Source: docs/adjudication.md "Step 4". */
import type { Benefit, Budget } from '../compile/benefit.ts';
import { BAD, type Fen } from '../fen.ts';
import type { Warning } from '../types.ts';
import { accumulate, type State } from './state.ts';

/** `moved`: what the clinic bears instead of hifp_pay. `amount` is BAD when there is no budget. */
export interface BudgetResult {
  amount: Fen;
  used: Fen;
  counted: Fen;
  moved: Fen;
  refused: boolean;
  warning: Warning | null;
}

export function chargeBudget(state: State, bundle: Benefit): BudgetResult {
  const none = { amount: BAD, used: 0, counted: 0, moved: 0, refused: false, warning: null };
  const { budget } = bundle;
  if (budget === undefined) return none;
  const amount = budgetAmount(state, budget);
  if (amount === BAD) return none;
  const used = state.used[budget.bucket.index] as number;
  let counted = 0;
  for (const fund of budget.funds) counted += state.funds.get(fund) ?? 0;
  const result: BudgetResult = { ...none, amount, used, counted };
  if (counted > 0 && used + counted > amount) exceed(result, budget);
  if (!result.refused) accumulate(state, budget.bucket, counted - result.moved);
  return result;
}

function budgetAmount(state: State, budget: Budget): Fen {
  if (state.claim.ownBudget !== BAD) return state.claim.ownBudget;
  return budget.amount ? budget.amount(state.claim, -1) : BAD;
}

function exceed(result: BudgetResult, budget: Budget): void {
  if (budget.on_exhausted === 'refuse') result.refused = true;
  else if (budget.on_exhausted === 'warn') result.warning = 'BUDGET_EXCEEDED';
  else {
    result.moved = result.counted - Math.max(0, result.amount - result.used);
    result.warning = 'BUDGET_BORNE';
  }
}
