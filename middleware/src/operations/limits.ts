import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import type { Session } from '../sign-in/session.ts';

export type LimitOptions = {
  /** Requests a minute for one signed-in user, whatever addresses he comes from. */
  readonly perUser: number;
  /** Requests a minute for one address, from everybody who is not (yet) known. */
  readonly perAddress: number;
  readonly sessionOf: (response: Response) => Session | undefined;
  /** Answers the request that is one too many. */
  readonly refuse: (request: Request, response: Response) => void;
};

const WINDOW_MILLISECONDS = 60_000;
/** What one household or office is given of IPv6; whoever has it has all addresses in it. */
const IPV6_NETWORK = 56;

/**
 * Limits by user, else by address. Counted in each process: with n processes the fleet lets through up to n times as
 * much, which is well within what a flood guard must hold back.
 */
export function limits({ perUser, perAddress, sessionOf, refuse }: LimitOptions): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MILLISECONDS,
    limit: (_request, response) => (sessionOf(response) === undefined ? perAddress : perUser),
    keyGenerator: (request, response) => sessionOf(response)?.userId ?? ipKeyGenerator(request.ip ?? '', IPV6_NETWORK),
    handler: refuse,
    standardHeaders: false,
    legacyHeaders: false,
  });
}
