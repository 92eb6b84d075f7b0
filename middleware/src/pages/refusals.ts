/** Why a click did not open a file. These words stand in audit lines and metrics, never on a page. */
export type Refusal =
  | 'bad-id'
  | 'malformed'
  | 'off'
  | 'not-signed-in'
  | 'token-refused'
  | 'limited'
  | 'not-found'
  | 'no-url'
  | 'key-refused'
  | 'url-refused'
  | 'no-app-access'
  | 'api-disabled'
  | 'external-user'
  | 'wrong-org'
  | 'sign-in-refused'
  | 'session-not-kept'
  | 'session-key-unknown'
  | 'token-too-long'
  | 'cross-site'
  | 'not-migrator'
  | 'budget-spent'
  | 'org-trouble'
  | 'org-moved'
  | 'app-refused'
  | 'storage-trouble'
  | 'audit-unavailable'
  | 'internal-error';

/** What people are shown; several refusals share one, so that a page tells nobody more than they may know. */
export type PageName =
  | 'bad-link'
  | 'not-found'
  | 'sign-in-needed'
  | 'sign-in-failed'
  | 'session-not-kept'
  | 'no-access'
  | 'too-many'
  | 'busy'
  | 'out-of-order'
  | 'storage'
  | 'closed'
  | 'not-migrator'
  | 'sign-out'
  | 'signed-out';

export type RefusalAnswer = { readonly status: number; readonly page: PageName; readonly retryAfterSeconds?: number };

const NOT_FOUND: RefusalAnswer = { status: 404, page: 'not-found' };
const NO_ACCESS: RefusalAnswer = { status: 403, page: 'no-access' };
const BUSY: RefusalAnswer = { status: 503, page: 'busy', retryAfterSeconds: 30 };
const OUT_OF_ORDER: RefusalAnswer = { status: 503, page: 'out-of-order', retryAfterSeconds: 300 };
const SIGN_IN: RefusalAnswer = { status: 401, page: 'sign-in-needed' };

/** A record that is not there, one that is not for this user, and one that leads nowhere all look the same. */
export const REFUSALS: Readonly<Record<Refusal, RefusalAnswer>> = {
  'bad-id': { status: 400, page: 'bad-link' },
  malformed: { status: 400, page: 'bad-link' },
  off: { status: 503, page: 'closed', retryAfterSeconds: 300 },
  'not-signed-in': SIGN_IN,
  'token-refused': SIGN_IN,
  limited: { status: 429, page: 'too-many', retryAfterSeconds: 60 },
  'not-found': NOT_FOUND,
  'no-url': NOT_FOUND,
  'key-refused': NOT_FOUND,
  'url-refused': NOT_FOUND,
  'no-app-access': NO_ACCESS,
  'api-disabled': NO_ACCESS,
  'external-user': NO_ACCESS,
  'wrong-org': NO_ACCESS,
  'sign-in-refused': { status: 400, page: 'sign-in-failed' },
  'session-not-kept': { status: 400, page: 'session-not-kept' },
  'session-key-unknown': OUT_OF_ORDER,
  'token-too-long': OUT_OF_ORDER,
  'cross-site': { status: 403, page: 'sign-out' },
  'not-migrator': { status: 403, page: 'not-migrator' },
  'budget-spent': BUSY,
  'org-trouble': BUSY,
  'org-moved': OUT_OF_ORDER,
  'app-refused': OUT_OF_ORDER,
  'storage-trouble': { status: 503, page: 'storage', retryAfterSeconds: 30 },
  'audit-unavailable': OUT_OF_ORDER,
  'internal-error': { status: 500, page: 'busy' },
};
