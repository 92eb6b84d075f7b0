import { createDraw } from './draw.ts';

/** When records are created and changed. All moments in milliseconds since 1970, none after `until`. */
export type Timeline = {
  /** `point` 0 is the oldest record, 1 the newest; `index` decides the hour within the day. */
  createdAt(point: number, index: number): number;
  /** The last change after the creation; most records are never changed. */
  changedAt(created: number, index: number): number;
};

const DAY = 86_400_000;
/** A Monday. */
const FIRST_DAY = Date.UTC(2017, 0, 2);
/** The office is in the mountain time zone: its day begins at 7 hours UTC. */
const OFFICE_OFFSET = 7 * 3_600_000;

/** Sunday to Saturday. */
const WEEKDAY_WEIGHTS = [0.06, 1.05, 1.15, 1.1, 1.05, 0.85, 0.12];
/** January to December, of an accounting practice: tax season in spring, extensions in autumn. */
const MONTH_WEIGHTS = [0.9, 1.4, 2.1, 1.9, 0.7, 0.7, 0.7, 0.9, 1.3, 1.2, 0.6, 0.6];
/** By hour of the office's day. The night hours are imports. */
const HOUR_WEIGHTS = [2, 2, 1, 1, 1, 1, 2, 5, 9, 11, 12, 11, 8, 10, 11, 11, 10, 7, 4, 3, 3, 2, 2, 2];
const YEARLY_GROWTH = 1.22;

/** Spreads records over years, seasons, weekdays and hours as office work spreads them. */
export function createTimeline(seed: number, until: Date): Timeline {
  const draw = createDraw(seed, 'time');
  const end = until.getTime();
  const days = cumulative(dayWeights(Math.max(1, Math.floor((end - FIRST_DAY) / DAY))));
  const hours = cumulative(HOUR_WEIGHTS);

  return {
    createdAt(point, index) {
      const day = firstAbove(days, point);
      const hour = firstAbove(hours, draw(index, 0));
      const moment = FIRST_DAY + OFFICE_OFFSET + day * DAY + Math.floor((hour + draw(index, 1)) * 3_600_000);
      return Math.min(moment, end - 1000);
    },
    changedAt(created, index) {
      if (draw(index, 2) >= 0.3) return created;
      const later = Math.exp(Math.log(20 * DAY) + 2 * (draw(index, 3) + draw(index, 4) + draw(index, 5) - 1.5));
      const day = workingDay(Math.floor((created + later - FIRST_DAY - OFFICE_OFFSET) / DAY), draw(index, 8));
      const hour = firstAbove(hours, draw(index, 6));
      const moment = FIRST_DAY + OFFICE_OFFSET + day * DAY + Math.floor((hour + draw(index, 7)) * 3_600_000);
      return Math.min(Math.max(moment, created), end - 1000);
    },
  };
}

/** Nine of ten changes that would fall on a weekend wait for Monday. */
function workingDay(day: number, drawn: number): number {
  const sinceMonday = day % 7;
  return sinceMonday >= 5 && drawn < 0.9 ? day + 7 - sinceMonday : day;
}

function dayWeights(days: number): number[] {
  return Array.from({ length: days }, (_, day) => {
    const date = new Date(FIRST_DAY + day * DAY);
    const season = (MONTH_WEIGHTS[date.getUTCMonth()] ?? 1) * (WEEKDAY_WEIGHTS[date.getUTCDay()] ?? 1);
    return season * YEARLY_GROWTH ** (day / 365);
  });
}

function cumulative(weights: readonly number[]): Float64Array {
  const ends = new Float64Array(weights.length);
  let sum = 0;
  for (const [at, weight] of weights.entries()) ends[at] = sum += weight;
  return ends.map((end) => end / sum);
}

function firstAbove(ends: Float64Array, point: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 1) <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}
