import helmet from 'helmet';
import type { RequestHandler } from 'express';
import { STYLE_HASH } from '../pages/page.ts';

/**
 * Helmet, tuned for a service that mostly redirects: pages run nothing and may be framed by the org's
 * pages only; a redirect
 * may be followed by an image on another site (Cross-Origin-Resource-Policy would block it) and never says where the
 * click came from.
 */
export function securityHeaders(options: {
  readonly https: boolean;
  readonly framedBy: readonly string[];
}): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': [STYLE_HASH],
        'base-uri': ["'none'"],
        // the button that signs out
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'", ...options.framedBy],
      },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    // a tab that Salesforce opened stays its own
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: options.https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // frame-ancestors says it better
    xFrameOptions: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
  });
}
