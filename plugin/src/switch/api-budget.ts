import type { ApiUsage, Org } from '../org/port.ts';

/** How much of the API calls of 24 hours is spent, by all programs together; undefined where the org does not tell. */
export async function apiBudget(org: Pick<Org, 'limits' | 'usage'>): Promise<ApiUsage | undefined> {
  const limits = await org.limits();
  const daily = limits.available ? limits.value.find(({ name }) => name === 'DailyApiRequests') : undefined;
  // without View Setup, every answer still says it
  return daily === undefined ? org.usage() : { used: daily.max - daily.remaining, limit: daily.max };
}
