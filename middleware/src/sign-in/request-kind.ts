import type { Request } from 'express';

/**
 * `navigation`: a person opens the address in a tab and can be sent to sign in. `framed`: the page is shown inside
 * another one, where no sign-in is possible (the org's login page refuses frames, and Lax cookies stay away).
 * `program`: fetch, HEAD, images, JSON: a redirect to a login page would only confuse it.
 */
export type RequestKind = 'navigation' | 'framed' | 'program';

/** Tells by what browsers say of a request themselves (Fetch Metadata), else by what it accepts. */
export function requestKind(request: Request): RequestKind {
  const { authorization, accept = '', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  if ((request.method !== 'GET' && request.method !== 'POST') || authorization !== undefined || wantsJson(request)) {
    return 'program';
  }
  if (mode === undefined) return accept.includes('text/html') ? 'navigation' : 'program';
  if (mode !== 'navigate') return 'program';
  return destination === undefined || destination === 'document' ? 'navigation' : 'framed';
}

/** `?format=json` asks for the address instead of being sent there. */
export function wantsJson(request: Request): boolean {
  return request.query.format === 'json';
}
