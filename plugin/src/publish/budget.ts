/** `publish` of migration.json. */
export type PublishSettings = {
  readonly callsPerDay: number;
  /** 0 or 1. */
  readonly eventsPerMinute: number;
  readonly newestErrors: number;
};

const dayMs = 24 * 3_600_000;
export const minuteMs = 60_000;

/** Kept for the beginnings and ends of runs: what is left below it pays for nothing else. */
function reserve(callsPerDay: number): number {
  return Math.min(20, Math.ceil(callsPerDay / 10));
}

/**
 * Milliseconds between two publications of a run at work: a minute, and longer once half of the budget is spent, so that
 * what is left lasts for a day: the panel never goes stale for want of calls.
 * @returns Infinity when only the reserve is left
 */
export function publicationIntervalMs(left: number, callsPerDay: number, usualMs = minuteMs): number {
  if (left <= reserve(callsPerDay)) return Infinity;
  return left * 2 >= callsPerDay ? usualMs : Math.max(usualMs, dayMs / left);
}

/** Calls that accounts may cost now: half of the budget while a run is at work, nearly all of it at the end. */
export function callsForAccounts(left: number, callsPerDay: number, isEnd: boolean): number {
  return Math.max(0, Math.floor(left - callsPerDay * (isEnd ? 0.2 : 0.5)));
}

/** Calls that errors may cost now: accounts are left out before errors are. */
export function callsForErrors(left: number, callsPerDay: number): number {
  return Math.max(0, left - reserve(callsPerDay));
}

export function isEventDue(
  { eventsPerMinute }: PublishSettings,
  lastEventAt: number | undefined,
  now: number,
  usualMs = minuteMs,
): boolean {
  return eventsPerMinute > 0 && now - (lastEventAt ?? 0) >= usualMs;
}
