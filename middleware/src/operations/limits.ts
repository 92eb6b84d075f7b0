import { rateLimit, type Store } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import type { Session } from '../sign-in/session.ts';
import { BoundedCounts } from './bounded-counts.ts';
import { clientNetwork } from './client-address.ts';

export type LimitOptions = {
  /** Requests a minute for one signed-in user, whatever addresses they come from. */
  readonly perUser: number;
  /** Requests a minute for one address, from everybody who is not (yet) known. */
  readonly perAddress: number;
  readonly sessionOf: (response: Response) => Session | undefined;
  /** Answers the request that is one too many. */
  readonly refuse: (request: Request, response: Response) => void;
};

export const LIMIT_WINDOW_MILLISECONDS = 60_000;
/** Users and addresses that are counted at once, some 10 MB. */
export const MOST_COUNTED = 50_000;

/**
 * Limits by user, else by address. Counted in each instance: a fleet of n lets through up to n times as much, which is
 * well within what a flood guard must hold back.
 */
export function limits({ perUser, perAddress, sessionOf, refuse }: LimitOptions): RequestHandler {
  return rateLimit({
    windowMs: LIMIT_WINDOW_MILLISECONDS,
    limit: (_request, response) => (sessionOf(response) === undefined ? perAddress : perUser),
    keyGenerator: (request, response) => sessionOf(response)?.userId ?? clientNetwork(request),
    store: boundedStore(new BoundedCounts(LIMIT_WINDOW_MILLISECONDS, MOST_COUNTED)),
    handler: refuse,
    standardHeaders: false,
    legacyHeaders: false,
    // forwarded addresses are looked at and warned of here
    validate: false,
  });
}

function boundedStore(counts: BoundedCounts): Store {
  return {
    localKeys: true,
    increment: (key) => {
      const { hits, leftMilliseconds } = counts.add(key);
      return { totalHits: hits, resetTime: new Date(Date.now() + leftMilliseconds) };
    },
    decrement: (key) => counts.subtract(key),
    resetKey: (key) => counts.forget(key),
  };
}
