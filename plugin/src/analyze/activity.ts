import type { ZoneClock } from './zone-clock.ts';

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * When people change documents: each document counts once, at its last change (`LastModifiedDate`), on the clock of the
 * named time zone.
 */
export type Activity = {
  readonly timeZone: string;
  /** By weekday from Monday on, then by hour 0 to 23. */
  readonly week: readonly (readonly number[])[];
  /** The day with the most last changes: a mass update, if it holds a large share. */
  readonly busiestDay: { readonly day: string; readonly documents: number } | undefined;
  /** The quietest first; they do not overlap. */
  readonly windows: readonly QuietWindow[];
};

export type QuietWindow = {
  readonly weekday: Weekday;
  readonly fromHour: number;
  readonly hours: number;
  readonly documents: number;
  /** Of all changes, 0 to 1; an even week would give hours / 168. */
  readonly share: number;
};

const hoursOfWeek = 168;
const shownWindows = 5;
const dayMs = 86_400_000;

export class ActivityTally {
  readonly #clock: ZoneClock;
  readonly #week = new Float64Array(hoursOfWeek);
  readonly #days = new Map<number, number>();

  constructor(clock: ZoneClock) {
    this.#clock = clock;
  }

  take({ lastModifiedAt }: { lastModifiedAt: number }): void {
    const { hour, weekday, day } = this.#clock.read(lastModifiedAt);
    const cell = weekday * 24 + hour;
    this.#week[cell] = (this.#week[cell] ?? 0) + 1;
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
  }

  /** @param hours how long a quiet window is to be */
  result(hours: number): Activity {
    const week = weekdays.map((_, weekday) => Array.from(this.#week.subarray(weekday * 24, weekday * 24 + 24)));
    let busiest: [number, number] | undefined;
    for (const day of this.#days) if (busiest === undefined || day[1] > busiest[1]) busiest = day;
    return {
      timeZone: this.#clock.timeZone,
      week,
      busiestDay: busiest && {
        day: new Date(busiest[0] * dayMs).toISOString().slice(0, 10),
        documents: busiest[1],
      },
      windows: quietWindows(Array.from(this.#week), hours),
    };
  }
}

/** The quietest stretches of a week that goes round; of equal ones the first of the week. */
export function quietWindows(week: readonly number[], hours: number): QuietWindow[] {
  const all = sum(week);
  if (all === 0) return [];
  const starts = week
    .map((_, start) => ({ start, documents: sum(hoursFrom(start, hours).map((hour) => week[hour] ?? 0)) }))
    .sort((a, b) => a.documents - b.documents || a.start - b.start);
  const taken = new Set<number>();
  const windows: QuietWindow[] = [];
  for (const { start, documents } of starts) {
    const covered = hoursFrom(start, hours);
    if (covered.some((hour) => taken.has(hour))) continue;
    for (const hour of covered) taken.add(hour);
    const weekday = weekdays[Math.floor(start / 24)] ?? 'Monday';
    windows.push({ weekday, fromHour: start % 24, hours, documents, share: documents / all });
    if (windows.length === shownWindows) break;
  }
  return windows;
}

function hoursFrom(start: number, hours: number): number[] {
  return Array.from({ length: hours }, (_, nth) => (start + nth) % hoursOfWeek);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
