import { createHash } from 'node:crypto';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import type { Content } from './blobs.ts';
import { header, type Call } from './call.ts';
import {
  checksumHeader,
  checksumNames,
  createDigest,
  isChecksumValue,
  parseChecksumName,
  type ChecksumName,
} from './checksums.ts';
import { S3Error } from './s3-error.ts';

export const maxPutBytes = 5 * 1024 ** 3;

export type Received = {
  readonly content: Content;
  /** Hex. */
  readonly md5: string;
  /** The announced checksum, verified, and those asked for besides, in base64. */
  readonly checksums: ReadonlyMap<ChecksumName, string>;
};

type Announced = { readonly name: ChecksumName; readonly value: string | undefined };

const isPresent = (announced: Announced | null | undefined): announced is Announced =>
  announced !== null && announced !== undefined;

/** The checksum that a request announces: its value in a header, or only its name because it comes as a trailer. */
export function announcedChecksum(call: Call): Announced | undefined {
  const given = checksumNames.filter((name) => header(call, checksumHeader(name)) !== undefined);
  if (given.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [name] = given;
  if (name !== undefined) {
    const value = header(call, checksumHeader(name)) ?? '';
    if (isChecksumValue(name, value)) return { name, value };
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(name)} header is invalid.`);
  }
  const trailer = header(call, 'x-amz-trailer');
  if (trailer === undefined) return undefined;
  const trailing = parseChecksumName(
    trailer
      .trim()
      .toLowerCase()
      .replace(/^x-amz-checksum-/u, ''),
  );
  if (trailing === undefined)
    throw new S3Error('InvalidRequest', `The value specified in the x-amz-trailer header is not supported`);
  return { name: trailing, value: undefined };
}

/**
 * Reads a request's body into a content that nobody sees yet, and verifies all that the request says of it: length,
 * payload hash, Content-MD5, checksum in header or trailer. What fails or breaks off leaves nothing behind.
 * `wanted` are checksums to compute besides the one that the request announces.
 */
export async function receiveBody(
  call: Call,
  wanted: readonly ChecksumName[],
  announced: Announced | null | undefined = announcedChecksum(call),
): Promise<Received> {
  const length = announcedLength(call);
  const contentMd5 = readContentMd5(call);
  const md5 = createHash('md5');
  const sha256 = typeof call.payload === 'object' ? createHash('sha256') : undefined;
  const names = new Set(isPresent(announced) ? [announced.name, ...wanted] : wanted);
  const digests = [...names].map((name) => [name, createDigest(name)] as const);
  const decoder = call.payload === 'unsigned-trailer' ? new AwsChunkedDecoder() : undefined;
  const sink = call.store.blobs.sink();
  let received = 0;
  try {
    const chunks = call.request.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of chunks) {
      for (const bytes of decoder?.decode(chunk) ?? [chunk]) {
        received += bytes.length;
        if (received > length) throw incompleteBody();
        md5.update(bytes);
        sha256?.update(bytes);
        for (const [, digest] of digests) digest.update(bytes);
        await sink.write(bytes);
      }
    }
    if (received !== length || decoder?.done === false) throw incompleteBody();
    const hex = md5.digest('hex');
    if (contentMd5 !== undefined && contentMd5 !== hex) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (typeof call.payload === 'object' && sha256?.digest('hex') !== call.payload.sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const checksums = new Map(digests.map(([name, digest]) => [name, digest.base64()]));
    if (isPresent(announced)) {
      const computed = checksums.get(announced.name) ?? '';
      checkChecksum(announced.name, computed, announced.value ?? trailerOf(announced.name, decoder));
    }
    const content = await sink.finish();
    return { content, md5: hex, checksums };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

export const incompleteBody = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');

/** Throws BadDigest unless the checksum that was computed is the one that the request states. */
export function checkChecksum(name: ChecksumName, computed: string, stated: string): void {
  if (computed === stated) return;
  throw new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
}

function trailerOf(name: ChecksumName, decoder: AwsChunkedDecoder | undefined): string {
  const value = decoder?.trailers.get(checksumHeader(name));
  if (value !== undefined) return value;
  throw new S3Error(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}

function announcedLength(call: Call): number {
  const decoded = call.payload === 'unsigned-trailer' ? header(call, 'x-amz-decoded-content-length') : undefined;
  const length = decoded ?? header(call, 'content-length');
  if (length === undefined || !/^\d+$/u.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) <= maxPutBytes) return Number(length);
  throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    elements: { ProposedSize: length, MaxSizeAllowed: String(maxPutBytes) },
  });
}

/** Hex, or undefined when the header is absent. */
function readContentMd5(call: Call): string | undefined {
  const value = header(call, 'content-md5');
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 16) return bytes.toString('hex');
  throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.');
}

/**
 * A small XML body in memory. Throws what receiveBody throws, and MalformedXML when it is too large to be one.
 * `announced`: `none` where a checksum in the headers is not the body's but the finished object's.
 */
export async function receiveText(call: Call, announced: 'of-body' | 'none' = 'of-body'): Promise<Buffer> {
  if (announcedLength(call) > 4 * 1024 ** 2) throw new S3Error('MalformedXML', 'The XML you provided is too large.');
  const { content } = await receiveBody(call, [], announced === 'none' ? null : announcedChecksum(call));
  const body = Buffer.concat([...call.store.blobs.read(content, 0, content.size)]);
  call.store.blobs.release(content);
  return body;
}
