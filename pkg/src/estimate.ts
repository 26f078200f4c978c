/**
 * What a question would cost, in money: tokens times prices.
 *
 * The tokens are counted in Rust; the currency is whoever gives the prices.
 */

import { fail } from "./errors.js";
import type { Prices } from "./options.js";
import type { Estimate } from "./results.js";
import type { WasmEstimate } from "./wasm-types.js";

/** Prices are per so many tokens. */
const UNIT = 1_000_000;

/** @throws QwenAgentError `usage` */
export function withCost(estimate: WasmEstimate, prices: Prices | undefined): Estimate {
  if (prices === undefined) return estimate;
  const { input, output } = checkedPrices(prices);
  return { ...estimate, cost: (estimate.promptTokens * input + estimate.completionTokens * output) / UNIT };
}

/** @throws QwenAgentError `usage` */
export function checkedPrices(prices: Prices): Prices {
  for (const name of ["input", "output"] as const) {
    if (!Number.isFinite(prices[name]) || prices[name] < 0) throw fail("usage", `budget.prices.${name} must be a number from 0: the price of a million tokens`);
  }
  return prices;
}
