import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Logger } from './logs.ts';

/** What one household or office is given of IPv6; whoever has it has all addresses in it. */
const IPV6_NETWORK = 56;

/**
 * The network that a request comes from, as limits count it: an IPv4 address, or a /56 of IPv6. Some proxies add a port
 * to what they forward, which would make every connection another client; what is no address at all counts as the
 * connection's own.
 */
export function clientNetwork(request: Request): string {
  const address = plainAddress(request.ip ?? '') ?? plainAddress(request.socket.remoteAddress ?? '') ?? '';
  return ipKeyGenerator(address, IPV6_NETWORK);
}

/** Without port, brackets and zone, and IPv4 as IPv4; undefined when it is no address. */
export function plainAddress(value: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(value.trim()) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? value.trim()).split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return isIP(mapped) === 0 ? undefined : mapped;
}

/**
 * Warns at the first forwarded address that is not believed: behind a proxy that the configuration does not name, all
 * users look like one, and share the limit of one.
 */
export function forwardingWarning(logs: Logger): RequestHandler {
  let warned = false;
  return (request, _response, next) => {
    const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
    if (!warned && isForwarded && request.ip === request.socket.remoteAddress) {
      warned = true;
      logs.warn(
        'a proxy forwards requests, and REDIRECT_TRUST_PROXY does not name it: limits take all users for one address',
      );
    }
    next();
  };
}
