import { REDIRECT_PROOF_PATH } from '@file-migration/config';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { forwardingWarning } from './operations/client-address.ts';
import { cors } from './operations/cors.ts';
import { codeOf, nameOf, placeOf } from './operations/errors.ts';
import { limits } from './operations/limits.ts';
import type { Logger } from './operations/logs.ts';
import { formerAddress, type OwnAddresses } from './operations/own-address.ts';
import { securityHeaders } from './operations/security-headers.ts';
import { REFUSALS, type Refusal } from './pages/refusals.ts';
import { refuse } from './routes/answers.ts';
import { clickOf, clicks, sessionOf } from './routes/click.ts';
import { documentIn, documentRoute, slashRoute, type DocumentRouteParts } from './routes/document.ts';
import { livez, readyz, type ReadyCheck } from './routes/health.ts';
import { proofRoute, type ProofRouteParts } from './routes/proof.ts';
import { SIGNED_IN, callbackRoute, isJustSignedIn, type SignInRouteParts } from './routes/sign-in.ts';
import {
  ORG_SIGN_OUT_PATH,
  SIGN_OUT_PATH,
  orgSignOutRoute,
  signOutPageRoute,
  signOutRoute,
  type SignOutRouteParts,
} from './routes/sign-out.ts';
import type { Cookies } from './sign-in/cookies.ts';
import { CALLBACK_PATH } from './sign-in/org-login.ts';
import type { Sessions } from './sign-in/session.ts';

export type AppOptions = {
  readonly publicUrl: string;
  readonly trustProxy: false | number | string[];
  /** Origins whose pages may hold ours in a frame. */
  readonly framedBy: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly userLimit: number;
  readonly addressLimit: number;
};

export type AppParts = DocumentRouteParts &
  SignInRouteParts &
  SignOutRouteParts &
  ProofRouteParts & {
    readonly sessions: Sessions;
    readonly cookies: Cookies;
    readonly addresses: OwnAddresses;
    /** Why no click may be answered now, because nobody could write down that it was; undefined when all is well. */
    readonly auditTrouble: () => string | undefined;
    readonly missing: ReadyCheck;
    readonly logs: Logger;
  };

/** A hundred of the longest keys, escaped. */
const LONGEST_PROOF_REQUEST = '400kb';

/** The service's routes, in the order in which a request meets them. */
export function createApp(options: AppOptions, parts: AppParts): Express {
  const { pages, logs } = parts;
  const app = express();
  // whatever NODE_ENV says: no stack trace is ever shown
  app.set('env', 'production');
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('trust proxy', options.trustProxy).set('query parser', 'simple');

  app.get('/livez', livez);
  app.get('/readyz', readyz(parts.missing));

  app.use(formerAddress(options.publicUrl, parts.addresses, parts.cookies, isSigningIn), forwardingWarning(logs));
  app.use(
    securityHeaders({ https: options.publicUrl.startsWith('https:'), framedBy: options.framedBy }),
    clicks(parts.sessions),
  );
  const limited = limits({
    perUser: options.userLimit,
    perAddress: options.addressLimit,
    sessionOf,
    refuse: refusing('limited', parts),
  });
  const audited: RequestHandler = (request, response, next) => {
    const trouble = parts.auditTrouble();
    if (trouble === undefined) next();
    else refusing('audit-unavailable', parts, trouble)(request, response);
  };

  app
    .route('/d/:recordId')
    .all(cors(options.corsOrigins))
    .get(audited, limited, documentRoute(parts))
    .all(only('GET, HEAD, OPTIONS'));
  app.get('/d/:recordId/', limited, slashRoute(parts));
  app.get(CALLBACK_PATH, audited, limited, callbackRoute(parts));
  app.route(SIGN_OUT_PATH).get(limited, signOutPageRoute(parts)).post(limited, signOutRoute(parts));
  app.get(ORG_SIGN_OUT_PATH, limited, orgSignOutRoute(parts));

  const proof = [audited, limited, proofRoute(parts)];
  app
    .route(REDIRECT_PROOF_PATH)
    .get(...proof)
    .post(express.json({ limit: LONGEST_PROOF_REQUEST }), ...proof)
    .all(only('GET, POST'));

  app.use((request, response) => {
    refuse(request, response, 'bad-id', { pages });
  });
  app.use(lastResort(parts));
  return app;
}

/** A sign-in ends, session and all, where it began. */
function isSigningIn({ path, query }: Request): boolean {
  return path === CALLBACK_PATH || isJustSignedIn(query[SIGNED_IN]);
}

function only(methods: string): RequestHandler {
  return (_request, response) => {
    response.status(405).setHeader('Allow', methods);
    response.end();
  };
}

/** Refuses, and writes and counts that it did. */
function refusing(
  reason: Refusal,
  { audit, pages, idPrefix }: Pick<AppParts, 'audit' | 'pages' | 'idPrefix'>,
  detail?: string,
): (request: Request, response: Response) => void {
  return (request, response) => {
    const { requestId, arrivedAt } = clickOf(response);
    const session = sessionOf(response);
    const { recordId } = request.params;
    const record = typeof recordId === 'string' ? documentIn(recordId, idPrefix) : undefined;
    audit.record({
      requestId,
      decision: { kind: 'refused', reason, detail },
      via: session === undefined ? 'nobody' : 'session',
      user: session?.userId,
      record,
      status: REFUSALS[reason].status,
      milliseconds: performance.now() - arrivedAt,
    });
    refuse(request, response, reason, { pages, link: record === undefined ? undefined : `/d/${record}` });
  };
}

/** Whatever was not foreseen: a page, a line in the log, a count, and never a redirect. */
function lastResort(parts: AppParts): ErrorRequestHandler {
  // four parameters are how Express knows a handler of errors; its own one, which is next, would print the stack
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      parts.logs.error({ error: nameOf(error), at: placeOf(error) }, 'an answer broke off');
      response.destroy();
      return;
    }
    response.removeHeader('Location');
    if (isMalformed(error)) {
      refusing('malformed', parts)(request, response);
      return;
    }
    const { requestId } = clickOf(response);
    parts.logs.error({ requestId, error: nameOf(error), at: placeOf(error) }, 'unforeseen error');
    refusing('internal-error', parts, nameOf(error))(request, response);
  };
}

/** Express says by a status of its own, and Node by a code, that an address cannot be read. */
function isMalformed(error: unknown): boolean {
  const status = (error as { readonly status?: unknown } | null | undefined)?.status;
  const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
  return error instanceof URIError || codeOf(error) === 'ERR_INVALID_URL' || isTheirs;
}
