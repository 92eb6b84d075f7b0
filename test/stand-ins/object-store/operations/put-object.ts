import { randomBytes } from 'node:crypto';
import type { Bucket, Encryption, ObjectVersion } from '../bucket.ts';
import { bucketFor, type Answer, type Call } from '../call.ts';
import { checksumHeader, type Checksum } from '../checksums.ts';
import { conditionalWrite } from '../conditions.ts';
import { announcedChecksum, receiveBody } from '../receive-body.ts';
import { S3Error } from '../s3-error.ts';
import { encryptionHeaders, readUploadFacts } from '../upload-headers.ts';

/** Longest key, in bytes of its UTF-8 form ("Naming Amazon S3 objects"). */
const maxKeyBytes = 1024;

export function requireKeyLength(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes <= maxKeyBytes) return;
  throw new S3Error('KeyTooLongError', 'Your key is too long', {
    elements: { Size: String(bytes), MaxSizeAllowed: String(maxKeyBytes) },
  });
}

export async function putObject(call: Call): Promise<Answer> {
  const { key } = call.request;
  const bucket = bucketFor(call, 'write');
  requireKeyLength(key);
  const facts = readUploadFacts(call, bucket);
  const checkConditions = conditionalWrite(call, bucket, key);
  const name = announcedChecksum(call)?.name ?? call.settings.defaultChecksum;
  const { content, md5, checksums } = await receiveBody(call, name === 'none' ? [] : [name]);
  try {
    checkConditions();
  } catch (error) {
    call.store.blobs.release(content);
    throw error;
  }
  const version = call.store.put(bucket, key, {
    ...facts,
    content,
    etag: etagOf(md5, facts.encryption),
    ...(name === 'none' ? {} : { checksum: { name, value: checksums.get(name) ?? '', type: 'FULL_OBJECT' } }),
  });
  return { status: 200, headers: writtenHeaders(bucket, version) };
}

/** The MD5 in hex, unless KMS encrypts the object: then the ETag says nothing about the bytes. */
export const etagOf = (md5: string, encryption: Encryption | undefined): string =>
  encryption?.kmsKeyId === undefined ? md5 : randomBytes(16).toString('hex');

/** What every write answers about the version it made. */
export function writtenHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return {
    etag: `"${version.etag}"`,
    ...versionHeader(bucket, version.versionId),
    ...checksumHeaders(version.checksum),
    ...encryptionHeaders(version.encryption),
  };
}

export const versionHeader = (bucket: Bucket, versionId: string): Record<string, string> =>
  bucket.versioning === undefined ? {} : { 'x-amz-version-id': versionId };

function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.name)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
