import { requireRight } from '../access.ts';
import type { Bucket, KeptHeaders, ObjectVersion, UploadFacts } from '../bucket.ts';
import { bucketFor, header, xmlAnswer, type Answer, type Call } from '../call.ts';
import { checksumElement, parseChecksumName, type Checksum, type ChecksumName } from '../checksums.ts';
import { conditionalWrite } from '../conditions.ts';
import { findCopySource } from '../copy-source.ts';
import { digestContent } from '../digest-content.ts';
import { S3Error } from '../s3-error.ts';
import { encryptionHeaders, readUploadFacts } from '../upload-headers.ts';
import { xmlDocument } from '../xml.ts';
import { etagOf, requireKeyLength, versionHeader } from './put-object.ts';

export async function copyObject(call: Call): Promise<Answer> {
  const { key } = call.request;
  const bucket = bucketFor(call, 'write');
  requireKeyLength(key);
  const facts = readUploadFacts(call, bucket);
  const checkConditions = call.settings.conditionalCopy ? conditionalWrite(call, bucket, key) : () => undefined;
  const source = findCopySource(call);
  requireSize(call, source.version.content.size);
  requireChange(call, bucket, source);
  const { tags: ownTags, ...untagged } = facts;
  const tags = chooseTags(call, ownTags, source);
  const annotations = chooseAnnotations(call, source);
  const copied = {
    ...untagged,
    headers: chooseHeaders(call, facts, source.version),
    ...(tags === undefined ? {} : { tags }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const content = call.store.blobs.share(source.version.content);
  try {
    const { md5, checksum } = await digestCopy(call, source.version);
    checkConditions();
    const version = call.store.put(bucket, key, {
      ...copied,
      content,
      etag: etagOf(md5, facts.encryption),
      ...(checksum === undefined ? {} : { checksum }),
    });
    return copyAnswer(call, bucket, source, version);
  } catch (error) {
    call.store.blobs.release(content);
    throw error;
  }
}

type Source = { readonly bucket: Bucket; readonly key: string; readonly version: ObjectVersion };

function requireSize(call: Call, size: number): void {
  const max = call.settings.maxCopyBytes;
  if (size <= max) return;
  throw new S3Error(
    'InvalidRequest',
    `The specified copy source is larger than the maximum allowable size for a copy source: ${max}`,
  );
}

function directive(call: Call, name: string): 'COPY' | 'REPLACE' {
  const value = header(call, name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw new S3Error('InvalidArgument', `Unknown ${name}: ${value}`);
}

function requireChange(call: Call, bucket: Bucket, source: Source): void {
  const toItself = source.bucket === bucket && source.key === call.request.key;
  const changes =
    directive(call, 'x-amz-metadata-directive') === 'REPLACE' ||
    header(call, 'x-amz-storage-class') !== undefined ||
    header(call, 'x-amz-server-side-encryption') !== undefined ||
    source.version.versionId !== bucket.current(source.key)?.versionId;
  if (!toItself || changes) return;
  throw new S3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

const chooseHeaders = (call: Call, facts: UploadFacts, source: ObjectVersion): KeptHeaders =>
  directive(call, 'x-amz-metadata-directive') === 'REPLACE' ? facts.headers : source.headers;

/** Tags come along by default, and then the caller must be allowed to read the source's. */
function chooseTags(call: Call, ownTags: string | undefined, { bucket, key, version }: Source): string | undefined {
  if (directive(call, 'x-amz-tagging-directive') === 'REPLACE') return ownTags;
  if (version.tags !== undefined) requireRight(call, 'tags', bucket.name, key);
  return version.tags;
}

/** So do annotations, which takes a right on either side (CopyObject, x-amz-object-annotation-directive). */
function chooseAnnotations(call: Call, { bucket, key, version }: Source): ObjectVersion['annotations'] {
  const value = header(call, 'x-amz-object-annotation-directive') ?? 'COPY';
  if (value !== 'COPY' && value !== 'EXCLUDE') {
    throw new S3Error('InvalidArgument', `Unknown x-amz-object-annotation-directive: ${value}`);
  }
  if (value === 'EXCLUDE' || version.annotations === undefined) return undefined;
  requireRight(call, 'annotations', bucket.name, key);
  requireRight(call, 'annotations', call.request.bucket, call.request.key);
  return version.annotations;
}

/** MD5 and full-object checksum of the copy; the bytes are read only for what the source does not already tell. */
async function digestCopy(call: Call, source: ObjectVersion): Promise<{ md5: string; checksum: Checksum | undefined }> {
  const name = readChecksumName(call) ?? source.checksum?.name ?? call.settings.defaultChecksum;
  const wanted = name === 'none' ? undefined : name;
  const known =
    source.checksum?.name === wanted && source.checksum?.type === 'FULL_OBJECT' ? source.checksum : undefined;
  const hasMd5 = /^[0-9a-f]{32}$/u.test(source.etag) && source.encryption?.kmsKeyId === undefined;
  if (hasMd5 && (wanted === undefined || known !== undefined)) return { md5: source.etag, checksum: known };
  const { md5, checksum } = await digestContent(call.store.blobs, source.content, wanted);
  if (wanted === undefined || checksum === undefined) return { md5, checksum: undefined };
  return { md5, checksum: { name: wanted, value: checksum, type: 'FULL_OBJECT' } };
}

/** The algorithm that x-amz-checksum-algorithm asks for. */
export function readChecksumName(call: Call): ChecksumName | undefined {
  const text = header(call, 'x-amz-checksum-algorithm');
  const name = text === undefined ? undefined : parseChecksumName(text);
  if (text === undefined || name !== undefined) return name;
  throw new S3Error(
    'InvalidRequest',
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  );
}

function copyAnswer(call: Call, bucket: Bucket, source: Source, version: ObjectVersion): Answer {
  const { checksum } = version;
  return xmlAnswer(
    xmlDocument('CopyObjectResult', {
      ETag: `"${version.etag}"`,
      LastModified: new Date(version.lastModified).toISOString(),
      ...(checksum === undefined
        ? {}
        : { [checksumElement(checksum.name)]: checksum.value, ChecksumType: checksum.type }),
    }),
    {
      ...versionHeader(bucket, version.versionId),
      ...encryptionHeaders(version.encryption),
      ...(source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': source.version.versionId }),
    },
  );
}
