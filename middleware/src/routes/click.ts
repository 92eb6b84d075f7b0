import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Session, Sessions } from '../sign-in/session.ts';

/** What is known of a request before anything is decided. */
export type Click = {
  readonly requestId: string;
  /** From `performance.now()`. */
  readonly arrivedAt: number;
  readonly session: Session | undefined;
};

/** Opens every request: gives it an id of our own making and reads who is signed in. Asks nobody. */
export function clicks(sessions: Sessions): RequestHandler {
  return (request, response, next) => {
    const click: Click = {
      requestId: randomUUID(),
      arrivedAt: performance.now(),
      session: sessions.of(request.headers.cookie),
    };
    response.locals.click = click;
    response.setHeader('X-Request-Id', click.requestId);
    response.setHeader('Cache-Control', 'private, no-store');
    next();
  };
}

export function clickOf(response: Response): Click {
  return response.locals.click as Click;
}
