import { runSeed } from './weather.ts';

/** `npm run test:weather` blows longer. */
const seeds = Number(process.env.WEATHER_SEEDS ?? 25);
const first = Number(process.env.WEATHER_FIRST ?? 1);
/** Worlds side by side in one process: most of their time is waiting. */
const atOnce = 4;

describe('After any weather of org, store and users, with work that is interrupted', function () {
  // eslint-disable-next-line no-restricted-syntax -- as long as the number of rounds that were asked for takes
  this.timeout(0);
  const groups = Array.from({ length: Math.ceil(seeds / atOnce) }, (_, nth) =>
    Array.from({ length: Math.min(atOnce, seeds - nth * atOnce) }, (__, place) => first + nth * atOnce + place),
  );
  for (const group of groups) {
    it(`backup, switch and rollback come to their end, and all counts are true: seeds ${group[0]} to ${group.at(-1)}`, async () => {
      const ended = await Promise.allSettled(group.map((seed) => runSeed(seed)));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    });
  }
});
