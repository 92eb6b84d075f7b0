import { Failure } from '../model/failure.ts';

const dayMs = 86_400_000;

/** The wall clock of a time zone, for millions of moments. */
export class ZoneClock {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  /** Milliseconds that the zone is ahead of UTC, by UTC day; NaN for a day on which clocks are changed. */
  readonly #days = new Map<number, number>();

  /** @throws Failure `wrong-use` for a zone that nobody knows */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (error) {
      throw new Failure(`"${timeZone}" is no time zone.`, {
        code: 'wrong-use',
        actions: ['Name one as the IANA does: --time-zone America/New_York'],
        cause: error,
      });
    }
  }

  /** @returns hour 0 to 23, weekday 0 (Monday) to 6, and days since 1970 */
  read(at: number): { hour: number; weekday: number; day: number } {
    const local = at + this.#offset(at);
    const day = Math.floor(local / dayMs);
    return {
      hour: Math.floor((local - day * dayMs) / 3_600_000),
      // the first of January 1970 was a Thursday
      weekday: (((day + 3) % 7) + 7) % 7,
      day,
    };
  }

  #offset(at: number): number {
    const day = Math.floor(at / dayMs);
    let offset = this.#days.get(day);
    if (offset === undefined) {
      const begin = this.#offsetAt(day * dayMs);
      offset = begin === this.#offsetAt((day + 1) * dayMs) ? begin : Number.NaN;
      this.#days.set(day, offset);
    }
    return Number.isNaN(offset) ? this.#offsetAt(at) : offset;
  }

  #offsetAt(at: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  }
}
