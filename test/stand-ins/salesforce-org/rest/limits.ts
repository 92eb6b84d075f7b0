import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Route } from '../http/router.ts';

/** /limits, for those who may view the set-up. */
export const limitRoutes: readonly Route[] = [
  apiRoute('GET', '/limits', 'limits', ({ org, user }) => {
    if (!user.viewSetup) {
      throw new ApiError(403, 'INSUFFICIENT_ACCESS', 'You need the View Setup and Configuration permission.');
    }
    const limit = (Max: number, used = 0) => ({ Max, Remaining: Math.max(Max - used, 0) });
    const { bulkUsage } = org;
    const json = {
      DailyApiRequests: limit(org.limits.apiRequests, org.limits.used),
      DailyBulkApiBatches: limit(15_000, bulkUsage.batches),
      DailyBulkV2QueryJobs: limit(10_000, bulkUsage.queryJobs),
      DailyBulkV2QueryFileStorageMB: limit(976_562, Math.ceil(bulkUsage.queryBytes / 1_048_576)),
      DailyStandardVolumePlatformEvents: limit(25_000, 0),
      DailyDeliveredPlatformEvents: limit(25_000, 0),
      HourlyPublishedPlatformEvents: limit(250_000, org.events.since(0).length),
      DataStorageMB: limit(100_000, 0),
      FileStorageMB: limit(100_000, 0),
    };
    return { status: 200, json };
  }),
];
