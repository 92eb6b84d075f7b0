import type { RequestEstimate } from '../storage/copy-result.ts';

/** Requests and what Amazon charges for them; storage and transfer depend on sizes, which nobody has asked for yet. */
export type RequestCost = RequestEstimate & { readonly usd: number };

/** The one table for all estimates: US dollars, from migration.json. */
export type Prices = {
  /** Which prices these are, and of when. */
  readonly listed: string;
  readonly putPer1000: number;
  readonly getPer1000: number;
  /** A month, for 2^30 bytes. */
  readonly storagePerGb: number;
  readonly transferOutPerGb: number;
};

/** AWS counts in 2^30 bytes (https://aws.amazon.com/s3/faqs/). */
const GB = 1024 ** 3;

export function requestCost(requests: RequestEstimate, { putPer1000, getPer1000 }: Prices): RequestCost {
  return { ...requests, usd: rounded((requests.put * putPer1000 + requests.get * getPer1000) / 1000) };
}

/** What keeping so many bytes costs a month. */
export function storageCost(bytes: number, { storagePerGb }: Prices): number {
  return rounded((bytes / GB) * storagePerGb);
}

/** What so many bytes cost that leave Amazon, at most: within one region they cost nothing. */
export function transferCost(bytes: number, { transferOutPerGb }: Prices): number {
  return rounded((bytes / GB) * transferOutPerGb);
}

function rounded(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
