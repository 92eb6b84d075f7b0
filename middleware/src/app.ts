import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { cors } from './operations/cors.ts';
import { limits } from './operations/limits.ts';
import { nameOf, type Logger } from './operations/logs.ts';
import { securityHeaders } from './operations/security-headers.ts';
import { REFUSALS } from './pages/refusals.ts';
import { refuse } from './routes/answers.ts';
import { clickOf, clicks } from './routes/click.ts';
import { documentIn, documentRoute, type DocumentRouteParts } from './routes/document.ts';
import { livez, readyz, type ReadyCheck } from './routes/health.ts';
import { CALLBACK_PATH, SIGN_OUT_PATH, callbackRoute, signOutRoute } from './routes/sign-in.ts';

export type AppOptions = {
  readonly publicUrl: string;
  readonly orgUrl: string;
  readonly trustProxy: false | number | string[];
  readonly corsOrigins: readonly string[];
  readonly userLimit: number;
  readonly addressLimit: number;
};

/** The service's routes, in the order in which a request meets them. */
export function createApp(options: AppOptions, parts: DocumentRouteParts, missing: ReadyCheck, logs: Logger): Express {
  const { pages, audit } = parts;
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('trust proxy', options.trustProxy).set('query parser', 'simple');

  app.get('/livez', livez);
  app.get('/readyz', readyz(missing));

  const limited = limits({
    perUser: options.userLimit,
    perAddress: options.addressLimit,
    sessionOf: (response) => clickOf(response).session,
    refuse: (request, response) => {
      const { requestId, arrivedAt, session } = clickOf(response);
      audit.record({
        requestId,
        decision: { kind: 'refused', reason: 'limited' },
        via: session === undefined ? 'nobody' : 'session',
        user: session?.userId,
        record:
          typeof request.params.recordId === 'string' ? documentIn(request.params.recordId, parts.idPrefix) : undefined,
        status: REFUSALS.limited.status,
        milliseconds: performance.now() - arrivedAt,
      });
      refuse(request, response, 'limited', { pages });
    },
  });
  const framedBy = [options.orgUrl, ...options.corsOrigins];
  app.use(securityHeaders({ https: options.publicUrl.startsWith('https:'), framedBy }), clicks(parts.sessions));

  app.route('/d/:recordId').all(cors(options.corsOrigins)).get(limited, documentRoute(parts)).all(onlyGet);
  app.get(CALLBACK_PATH, limited, callbackRoute(parts));
  app.post(SIGN_OUT_PATH, limited, signOutRoute(parts));

  app.use((request, response) => {
    refuse(request, response, 'bad-id', { pages });
  });
  app.use(lastResort(logs, parts));
  return app;
}

const onlyGet: RequestHandler = (_request, response) => {
  response.status(405).setHeader('Allow', 'GET, HEAD, OPTIONS');
  response.end();
};

/** Whatever was not foreseen: a page, a line in the log, and never a redirect. */
function lastResort(logs: Logger, { pages }: DocumentRouteParts): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    response.removeHeader('Location');
    // a path that cannot be decoded is a bad link, and Express says so by a status of its own
    if (error instanceof URIError || (error as { status?: unknown } | null)?.status === 400) {
      refuse(request, response, 'bad-id', { pages });
      return;
    }
    logs.error(
      { requestId: clickOf(response).requestId, error: nameOf(error), at: placeOf(error) },
      'unforeseen error',
    );
    refuse(request, response, 'internal-error', { pages });
  };
}

/** The first line of the stack: file and line, without the message, which may quote what somebody sent. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim();
}
