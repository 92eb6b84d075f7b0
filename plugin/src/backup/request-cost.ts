import type { RequestEstimate } from '../storage/copy-result.ts';

/** Requests and what Amazon charges for them; storage and transfer depend on sizes, which nobody has asked for yet. */
export type RequestCost = RequestEstimate & { readonly usd: number };

/** US dollars per 1,000 requests, S3 Standard (https://aws.amazon.com/s3/pricing/, most regions). */
const usdPerThousand = { put: 0.005, get: 0.0004 };

export function requestCost(requests: RequestEstimate): RequestCost {
  const usd = (requests.put * usdPerThousand.put + requests.get * usdPerThousand.get) / 1000;
  return { ...requests, usd: Math.round(usd * 10_000) / 10_000 };
}
