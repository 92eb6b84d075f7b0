import type { RequestHandler } from 'express';

/**
 * Sends whoever comes by one of the service's former addresses to the same place at the present one: a sign-in that
 * began there would end here, without the cookies that it needs. Programs with a token of their own need no cookie and
 * lose the token on the way to another host, so they are served where they are.
 */
export function formerAddress(publicUrl: string, formerUrls: readonly string[]): RequestHandler {
  const formerHosts = new Set(formerUrls.map((url) => new URL(url).host));
  return (request, response, next) => {
    const { headers, method, originalUrl } = request;
    const isVisit = (method === 'GET' || method === 'HEAD') && headers.authorization === undefined;
    if (!isVisit || !formerHosts.has(request.host) || !originalUrl.startsWith('/')) {
      next();
      return;
    }
    // not 301: what a browser remembers for ever could not be undone by the next change of address
    response.statusCode = 302;
    response.setHeader('Location', publicUrl + originalUrl);
    response.setHeader('Content-Length', '0');
    response.setHeader('Cache-Control', 'private, no-store');
    response.end();
  };
}
