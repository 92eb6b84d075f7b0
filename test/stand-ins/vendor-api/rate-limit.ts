/** Lets so many requests a second pass, as many again at once after a pause; a token bucket. */
export type RateLimit = {
  /** Seconds until the next request may pass; 0 lets this one pass. */
  take(): number;
};

/** @param now in milliseconds, from any start */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  let tokens = Math.max(1, perSecond);
  let last = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(Math.max(1, perSecond), tokens + ((at - last) / 1000) * perSecond);
      last = at;
      if (tokens >= 1) {
        tokens -= 1;
        return 0;
      }
      return (1 - tokens) / perSecond;
    },
  };
}
