import { notImplemented } from '../http/api-error.ts';

/** From `start` (inclusive) to `end` (exclusive), in milliseconds since 1970. */
export type Period = { readonly start: number; readonly end: number };

const DAY = 86_400_000;
type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/**
 * The period a date literal stands for, in UTC (the running user's time zone in a real org). Weeks begin on Sunday.
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
 */
export function periodOf(literal: string, now: number): Period {
  const [name = '', amount = '0'] = literal.toUpperCase().split(':');
  const n = Number(amount);
  const today = floor(now, 'DAY');
  const fixed = FIXED[name];
  if (fixed) return unitPeriod(now, fixed[0], fixed[1]);
  const match = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S$/.exec(name);
  if (match) {
    const unit = match[2] as Unit;
    const here = floor(now, unit);
    // days count today in, the larger units do not count the running one
    if (match[1] === 'LAST') return { start: step(here, unit, -n), end: unit === 'DAY' ? today + DAY : here };
    return { start: step(here, unit, 1), end: step(here, unit, n + 1) };
  }
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/.exec(name);
  if (ago) return unitPeriod(now, ago[1] as Unit, -n);
  if (name === 'LAST_90_DAYS') return { start: today - 90 * DAY, end: today + DAY };
  if (name === 'NEXT_90_DAYS') return { start: today + DAY, end: today + 91 * DAY };
  throw notImplemented(`the date literal ${literal}`);
}

const FIXED: Partial<Record<string, readonly [Unit, number]>> = {
  YESTERDAY: ['DAY', -1],
  TODAY: ['DAY', 0],
  TOMORROW: ['DAY', 1],
  LAST_WEEK: ['WEEK', -1],
  THIS_WEEK: ['WEEK', 0],
  NEXT_WEEK: ['WEEK', 1],
  LAST_MONTH: ['MONTH', -1],
  THIS_MONTH: ['MONTH', 0],
  NEXT_MONTH: ['MONTH', 1],
  LAST_QUARTER: ['QUARTER', -1],
  THIS_QUARTER: ['QUARTER', 0],
  NEXT_QUARTER: ['QUARTER', 1],
  LAST_YEAR: ['YEAR', -1],
  THIS_YEAR: ['YEAR', 0],
  NEXT_YEAR: ['YEAR', 1],
};

function unitPeriod(now: number, unit: Unit, offset: number): Period {
  const here = floor(now, unit);
  return { start: step(here, unit, offset), end: step(here, unit, offset + 1) };
}

function floor(time: number, unit: Unit): number {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'DAY':
      return Date.UTC(year, month, day);
    case 'WEEK':
      return Date.UTC(year, month, day - date.getUTCDay());
    case 'MONTH':
      return Date.UTC(year, month);
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3));
    case 'YEAR':
      return Date.UTC(year, 0);
  }
}

function step(time: number, unit: Unit, by: number): number {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'DAY':
      return time + by * DAY;
    case 'WEEK':
      return time + by * 7 * DAY;
    case 'MONTH':
      return Date.UTC(year, month + by, day);
    case 'QUARTER':
      return Date.UTC(year, month + 3 * by, day);
    case 'YEAR':
      return Date.UTC(year + by, month, day);
  }
}
