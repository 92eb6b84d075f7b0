import type { RequestHandler } from 'express';

/** Says what is missing before the service may be sent clicks; empty when it is ready. */
export type ReadyCheck = () => Promise<readonly string[]>;

/** `GET /livez`: the process answers. A restart would not fix anything else, so nothing else is asked. */
export const livez: RequestHandler = (_request, response) => {
  response.type('text').send('ok\n');
};

/**
 * `GET /readyz`: this instance can sign, knows its mode, and is not going away. The org is not asked: its bad day would
 * take every instance out of service, and with them the page that says so.
 */
export function readyz(missing: ReadyCheck): RequestHandler {
  return async (_request, response) => {
    const problems = await missing();
    response
      .status(problems.length === 0 ? 200 : 503)
      .type('text')
      .send(problems.length === 0 ? 'ready\n' : `not ready: ${problems.join(', ')}\n`);
  };
}
