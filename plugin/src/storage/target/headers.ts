import { create as contentDisposition } from 'content-disposition';
import type { CopyRequest } from '../copy-result.ts';
import type { StorageOptions, TargetOptions } from '../storage-options.ts';

/** The names of our metadata, as `x-amz-meta-…`. */
export const METADATA = {
  organization: 'file-migration-org',
  document: 'file-migration-record',
  revision: 'file-migration-revision',
  sourceEtag: 'file-migration-source-etag',
} as const;

const METADATA_HEADERS = Object.values(METADATA).map((name) => [name, `x-amz-meta-${name}`] as const);

/** What the target is told about a file besides its bytes. */
export type ObjectDescription = {
  readonly contentType: string;
  readonly contentDisposition: string;
  /** As the source has it: the bytes are stored as they came. */
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

export function describeObject(
  options: Pick<StorageOptions, 'organizationId'>,
  request: CopyRequest,
  source: { readonly etag: string | undefined; readonly contentEncoding: string | undefined },
  contentType: string,
): ObjectDescription {
  const metadata: Record<string, string> = {
    [METADATA.organization]: options.organizationId,
    [METADATA.document]: request.document,
    [METADATA.revision]: String(request.revision),
  };
  const sourceEtag = source.etag?.slice(0, 200);
  if (sourceEtag !== undefined && PRINTABLE.test(sourceEtag)) metadata[METADATA.sourceEtag] = sourceEtag;
  return {
    contentType,
    contentDisposition: disposition(request.fileName),
    contentEncoding: carriedEncoding(source.contentEncoding),
    metadata,
  };
}

/** The headers of PutObject, CopyObject and CreateMultipartUpload that describe the object. */
export function descriptionHeaders(description: ObjectDescription, target: TargetOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': description.contentType,
    'content-disposition': description.contentDisposition,
  };
  if (description.contentEncoding !== undefined) headers['content-encoding'] = description.contentEncoding;
  for (const [name, header] of METADATA_HEADERS) {
    const value = description.metadata[name];
    if (value !== undefined) headers[header] = value;
  }
  if (target.storageClass !== undefined && target.storageClass !== 'STANDARD') {
    headers['x-amz-storage-class'] = target.storageClass;
  }
  return headers;
}

/** How a new object is to be encrypted, where the config says so. */
export function encryptionHeaders({ encryption }: TargetOptions): Record<string, string> {
  if (encryption === undefined) return {};
  const headers: Record<string, string> = { 'x-amz-server-side-encryption': encryption.kind };
  if (encryption.kind === 'aws:kms') {
    if (encryption.keyId !== undefined) headers['x-amz-server-side-encryption-aws-kms-key-id'] = encryption.keyId;
    headers['x-amz-server-side-encryption-bucket-key-enabled'] = String(encryption.bucketKey ?? true);
  }
  return headers;
}

const PRINTABLE = /^[\x21-\x7e]+$/;

/** Headers carry printable ASCII only; everything else would be refused or break the signature. */
function carriedEncoding(encoding: string | undefined): string | undefined {
  // `aws-chunked` is a trace of how the source was uploaded, not an encoding of its bytes.
  const names = encoding?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  const carried = names.filter((name) => name !== '' && name !== 'aws-chunked' && name !== 'identity');
  const text = carried.join(', ');
  return text !== '' && /^[a-z0-9, _-]+$/.test(text) ? text : undefined;
}

/** RFC 6266: the real name in UTF-8, with an ASCII stand-in for old browsers. Names hold no line breaks or paths. */
function disposition(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\\/]/gu, '_')
    .trim()
    .slice(0, 255);
  const header = contentDisposition(name === '' ? 'document' : name, { type: 'attachment' });
  return /^[\x20-\x7e]*$/.test(header) ? header : 'attachment';
}
