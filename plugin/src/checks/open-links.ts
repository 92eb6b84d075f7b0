import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { DocumentId, MigrationConfig } from '@file-migration/config';
import { countOf } from '../format/quantity.ts';
import { Failure } from '../model/failure.ts';
import { fetchByProxy, type Answer } from './fetch-by-proxy.ts';

/** A link that stands on its record, and the copy that it must open. */
export type WrittenLink = {
  readonly document: DocumentId;
  readonly url: string;
  readonly bytes: number;
  /** Lower-case hexadecimal; undefined where the copy was never hashed here. */
  readonly sha256: string | undefined;
  /** What the target returned for the whole object: `sha256:full:base64`, `crc32:full:base64`; others are not compared. */
  readonly checksum: string | undefined;
};

const longestMs = 60_000;
/** Faults that the message names. */
const named = 3;

/**
 * Opens links as a person does, and compares what arrives with the copy: through the redirect service with the org's
 * token, plain S3 links without any signature.
 * @throws Failure `links-not-opened` (stop) that names what did not open and offers the rollback
 */
export async function requireLinksOpen(
  links: readonly WrittenLink[],
  { config, bearer, signal }: Opening,
): Promise<void> {
  const faults = await linkFaults(links, { config, bearer, signal });
  if (faults.length === 0) return;
  throw new Failure(
    `${countOf(faults.length, 'link')} of the ${links.length} that were opened after the canary did not give its file: ` +
      `${faults.slice(0, named).join('; ')}. Nothing more was written.`,
    {
      code: 'links-not-opened',
      failureClass: 'stop',
      actions: [
        'Take back what was written: sf migrate files rollback --from-database',
        'Or correct the redirect service, then resume: sf migrate files switch resume',
      ],
    },
  );
}

/** How links are opened: plain S3 links without any signature, others with the org's token. */
type Opening = { readonly config: MigrationConfig; readonly bearer: () => string; readonly signal: AbortSignal };

/** Opens links likewise; @returns what keeps some from giving their files, each with its document */
export async function linkFaults(
  links: readonly WrittenLink[],
  { config, bearer, signal }: Opening,
): Promise<string[]> {
  const faults: string[] = [];
  for (const link of links) {
    const fault = await faultOf(link, config.link.style === 's3' ? undefined : bearer(), signal);
    if (fault !== undefined) faults.push(`${link.document}: ${fault}`);
  }
  return faults;
}

/** What keeps a link from giving its file; undefined: nothing. */
async function faultOf(
  { url, ...copy }: WrittenLink,
  bearer: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  try {
    let response = await fetchByProxy(url, {
      redirect: 'manual',
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      signal: within,
    });
    if (bearer !== undefined) {
      const location = response.headers.get('location');
      await response.body?.cancel();
      if (response.status !== 302 || location === null) return `the service answered ${response.status}`;
      // the token is the service's alone
      response = await fetchByProxy(new URL(location, url), { redirect: 'manual', signal: within });
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      return `the bucket answered ${response.status}`;
    }
    return await differenceOf(response, copy);
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reachable';
  }
}

async function differenceOf(
  { body }: Answer,
  expected: Pick<WrittenLink, 'bytes' | 'sha256' | 'checksum'>,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  let crc = 0;
  let bytes = 0;
  for await (const chunk of body ?? []) {
    hash.update(chunk as Uint8Array);
    crc = crc32(chunk as Uint8Array, crc);
    bytes += (chunk as Uint8Array).byteLength;
  }
  if (bytes !== expected.bytes) return `${bytes} bytes arrived instead of ${expected.bytes}`;
  const sha256 = hash.digest();
  const crcBytes = Buffer.alloc(4);
  crcBytes.writeUInt32BE(crc);
  const pairs = [
    [expected.sha256, sha256.toString('hex')],
    [valueOf(expected.checksum, 'sha256:full:'), sha256.toString('base64')],
    [valueOf(expected.checksum, 'crc32:full:'), crcBytes.toString('base64')],
  ];
  return pairs.every(([known, found]) => known === undefined || known === found)
    ? undefined
    : 'another content arrived than was copied';
}

function valueOf(checksum: string | undefined, kind: string): string | undefined {
  return checksum?.startsWith(kind) === true ? checksum.slice(kind.length) : undefined;
}
