import type { RequestEstimate } from '../storage/copy-result.ts';

/** Requests and what Amazon charges for them; storage and transfer depend on sizes, which nobody has asked for yet. */
export type RequestCost = RequestEstimate & { readonly usd: number };

/** US dollars, S3 Standard (https://aws.amazon.com/s3/pricing/, most regions): the one table for all estimates. */
export const S3_PRICES = {
  /** Per 1,000 requests. */
  put: 0.005,
  get: 0.0004,
  /** Per 10^9 bytes and month. */
  storage: 0.023,
  /** Per 10^9 bytes that leave Amazon's network, first 10 TB a month. */
  transferOut: 0.09,
} as const;

export function requestCost(requests: RequestEstimate): RequestCost {
  return { ...requests, usd: rounded((requests.put * S3_PRICES.put + requests.get * S3_PRICES.get) / 1000) };
}

/** What keeping so many bytes costs a month. */
export function storageCost(bytes: number): number {
  return rounded((bytes / 1e9) * S3_PRICES.storage);
}

/** What so many bytes cost that leave Amazon, at most: within one region they cost nothing. */
export function transferCost(bytes: number): number {
  return rounded((bytes / 1e9) * S3_PRICES.transferOut);
}

function rounded(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
