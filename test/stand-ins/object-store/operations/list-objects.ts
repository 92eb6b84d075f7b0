import { type Bucket, type ObjectVersion } from '../bucket.ts';
import { bucketFor, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { S3Error } from '../s3-error.ts';
import { compareUtf8 } from '../sorted-keys.ts';
import { xmlDocument, type XmlTree } from '../xml.ts';

const maxPageKeys = 1000;

export const owner = { ID: '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a', DisplayName: 'store' };

type Page = {
  readonly objects: readonly (readonly [key: string, version: ObjectVersion])[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix of a page that is not the last. */
  readonly next: string | undefined;
};

export function listObjectsV2(call: Call): Answer {
  const bucket = bucketFor(call, 'list');
  const { prefix, delimiter, maxKeys, encode } = readListing(call);
  const token = parameter(call, 'continuation-token');
  const startAfter = parameter(call, 'start-after');
  const page = readPage(bucket, token === undefined ? startAfter : readToken(token), { prefix, delimiter, maxKeys });
  return xmlAnswer(
    xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
      KeyCount: page.objects.length + page.prefixes.length,
      MaxKeys: maxKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: parameter(call, 'encoding-type'),
      IsTruncated: page.next !== undefined,
      ...pageTree(page, encode, parameter(call, 'fetch-owner') === 'true'),
    }),
    { 'x-amz-bucket-region': bucket.region },
  );
}

/** The first version of the listing, which older clients still use. */
export function listObjects(call: Call): Answer {
  const bucket = bucketFor(call, 'list');
  const { prefix, delimiter, maxKeys, encode } = readListing(call);
  const marker = parameter(call, 'marker') ?? '';
  const page = readPage(bucket, marker === '' ? undefined : marker, { prefix, delimiter, maxKeys });
  return xmlAnswer(
    xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      NextMarker: page.next === undefined || delimiter === '' ? undefined : encode(page.next),
      MaxKeys: maxKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: parameter(call, 'encoding-type'),
      IsTruncated: page.next !== undefined,
      ...pageTree(page, encode, true),
    }),
    { 'x-amz-bucket-region': bucket.region },
  );
}

/** The parameters that all listings of a bucket share. */
export function readListing(call: Call) {
  const encoding = parameter(call, 'encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  const asked = parameter(call, 'max-keys') ?? String(maxPageKeys);
  if (!/^\d{1,9}$/u.test(asked))
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return {
    prefix: parameter(call, 'prefix') ?? '',
    delimiter: parameter(call, 'delimiter') ?? '',
    maxKeys: Math.min(Number(asked), maxPageKeys),
    encode: encoding === 'url' ? encodeListed : (text: string) => text,
  };
}

/** S3 leaves slashes as they are, and writes blanks as plus. */
const encodeListed = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function readToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  if (token !== '' && bytes.toString('base64url') === token) return bytes.toString();
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}

function readPage(
  bucket: Bucket,
  after: string | undefined,
  { prefix, delimiter, maxKeys }: { readonly prefix: string; readonly delimiter: string; readonly maxKeys: number },
): Page {
  const objects: (readonly [string, ObjectVersion])[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  if (maxKeys === 0) return { objects, prefixes, next: undefined };
  const from = after === undefined || compareUtf8(after, prefix) < 0 ? prefix : after;
  for (const key of bucket.keysFrom(from)) {
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    // a page that ended with a common prefix goes on after all that lies under it
    if (common !== undefined && (common === last || common === after)) continue;
    const version = bucket.current(key);
    if (version === undefined) continue;
    if (objects.length + prefixes.length === maxKeys) return { objects, prefixes, next: last };
    if (common === undefined) objects.push([key, version]);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { objects, prefixes, next: undefined };
}

function pageTree(page: Page, encode: (text: string) => string, withOwner: boolean): XmlTree {
  return {
    Contents: page.objects.map(([key, version]) => ({
      Key: encode(key),
      LastModified: new Date(version.lastModified).toISOString(),
      ETag: `"${version.etag}"`,
      ChecksumAlgorithm: version.checksum?.name,
      ChecksumType: version.checksum?.type,
      Size: version.content.size,
      Owner: withOwner ? owner : undefined,
      StorageClass: version.storageClass,
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}
