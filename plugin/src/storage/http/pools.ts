import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Failure } from '../../model/failure.ts';
import { isPrivateAddress } from '../location/private-address.ts';
import { HttpPool } from './pool.ts';

export type HttpPools = {
  /** For configured places that are read from. */
  readonly source: HttpPool;
  /**
   * For the target. Not the source's, though both may be one store: a file that is being read waits for memory, which only
   * a write gives back, and that must never wait for the reader's connection.
   */
  readonly target: HttpPool;
  /** For addresses out of documents and answers: never connects to a private address, whatever the name resolves to. */
  readonly guarded: HttpPool;
  close(): void;
};

/** @param connections most connections of each pool to one origin */
export function httpPools(connections: number, idleTimeoutMs: number): HttpPools {
  const options = { connections, idleTimeoutMs, connectTimeoutMs: 10_000 };
  const source = new HttpPool(options);
  const target = new HttpPool(options);
  const guarded = new HttpPool({ ...options, lookup: publicLookup });
  return {
    source,
    target,
    guarded,
    close() {
      for (const pool of [source, target, guarded]) pool.close();
    },
  };
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
    failureClass: 'skip',
    actions: [`Add "${hostname}" to source.hosts in migration.json if that is what you want.`],
  });
}
