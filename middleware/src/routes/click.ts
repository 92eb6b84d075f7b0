import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Session, SessionLookup, Sessions } from '../sign-in/session.ts';

/** What is known of a request before anything is decided. */
export type Click = {
  readonly requestId: string;
  /** From `performance.now()`. */
  readonly arrivedAt: number;
  readonly session: SessionLookup;
};

/** Opens every request: gives it an id of our own making and reads who is signed in. Asks nobody. */
export function clicks(sessions: Sessions): RequestHandler {
  return async (request, response, next) => {
    const requestId = randomUUID();
    const arrivedAt = performance.now();
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Cache-Control', 'private, no-store');
    response.locals.click = { requestId, arrivedAt, session: { kind: 'none' } } satisfies Click;
    const session = await sessions.of(request.headers.cookie);
    response.locals.click = { requestId, arrivedAt, session } satisfies Click;
    next();
  };
}

export function clickOf(response: Response): Click {
  return response.locals.click as Click;
}

/** The session of a request, or undefined when it has none that can be read. */
export function sessionOf(response: Response): Session | undefined {
  const { session } = clickOf(response);
  return session.kind === 'session' ? session.session : undefined;
}
