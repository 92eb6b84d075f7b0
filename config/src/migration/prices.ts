import type * as zod from 'zod';
import { line } from './fields.ts';
import { z } from './zod.ts';

const price = (usd: number): zod.ZodDefault<zod.ZodNumber> => z.number().nonnegative().default(usd);

/** What estimates of cost are made with: one region's list prices of one day, to be replaced by your own. */
export const prices = z.strictObject({
  listed: line
    .default('S3 Standard in us-east-1, list prices of November 2026')
    .describe('Which prices these are; shown beside every cost.'),
  putPer1000: price(0.005).describe('US dollars for 1,000 PUT, COPY, POST or LIST requests.'),
  getPer1000: price(0.0004).describe('US dollars for 1,000 GET or HEAD requests.'),
  storagePerGb: price(0.023).describe('US dollars a month for a GB (2^30 bytes, as AWS counts) of storage.'),
  transferOutPerGb: price(0.09).describe('US dollars for a GB that leaves Amazon’s network.'),
});
