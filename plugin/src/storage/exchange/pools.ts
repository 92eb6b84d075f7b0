import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Failure } from '../../model/failure.ts';
import { isPrivateAddress } from '../location/private-address.ts';
import type { HttpClient, HttpClientOptions } from '@file-migration/http/messages';
import { HttpPool } from '@file-migration/http/pool';
import { UndiciClient } from '@file-migration/http/undici-client';
import { getProxyForUrl } from 'proxy-from-env';

export type HttpPools = {
  /** For configured places that are read from. */
  readonly source: HttpClient;
  /**
   * For the target. Not the source's, though both may be one store: a file that is being read waits for memory, which only
   * a write gives back, and that must never wait for the reader's connection.
   */
  readonly target: HttpClient;
  /** For addresses out of documents and answers: never connects to a private address, whatever the name resolves to. */
  readonly guarded: HttpClient;
  close(): void;
};

/** `built-in` reads into memory that is there already; `undici` is the way out for networks it does not get along with. */
export type HttpClientKind = 'built-in' | 'undici';

/** @param options.connections most connections of each pool to one origin */
export function httpPools(
  { connections, idleTimeoutMs }: Pick<HttpClientOptions, 'connections' | 'idleTimeoutMs'>,
  kind: HttpClientKind = 'built-in',
): HttpPools {
  const options = { connections, idleTimeoutMs, connectTimeoutMs: 10_000, proxyFor };
  const open = (each: HttpClientOptions): HttpClient =>
    kind === 'undici' ? new UndiciClient(each) : new HttpPool(each);
  const source = open(options);
  const target = open(options);
  const guarded = open({ ...options, lookup: publicLookup });
  return {
    source,
    target,
    guarded,
    close() {
      for (const pool of [source, target, guarded]) pool.close();
    },
  };
}

/** As HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
function proxyFor(origin: string): URL | undefined {
  const proxy = getProxyForUrl(origin);
  return proxy === '' ? undefined : new URL(proxy);
}

/** Resolves a name at the moment of connecting, so that nothing can change between the check and the use. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) {
      callback(error, '');
      return;
    }
    const allowed = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = allowed;
    if (first === undefined) callback(privateName(hostname), '');
    else if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

function privateName(hostname: string): Failure {
  return new Failure(`${hostname} resolves to a private address, which only a configured host may do.`, {
    code: 'forbidden-address',
    actions: [`Add "${hostname}" to source.hosts in migration.json if that is what you want.`],
  });
}
