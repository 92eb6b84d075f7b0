import type { IncomingHttpHeaders } from 'node:http';

/** An ETag and what it may be: the MD5 of the bytes, one of a multipart upload, or nothing that could be recomputed. */
export type EntityTag = {
  /** Without quotes; a weak one with its mark. */
  readonly value: string;
  readonly kind: 'md5' | 'multipart' | 'opaque';
  /** Of a multipart ETag; else 1. */
  readonly parts: number;
};

/**
 * Reads an ETag. With SSE-KMS and SSE-C it is no MD5 although it looks like one
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
 * @param encryption the answer's `x-amz-server-side-encryption`, or `SSE-C`
 */
export function entityTag(value: string | undefined, encryption?: string): EntityTag | undefined {
  if (value === undefined || value === '') return undefined;
  // A proxy that changes bodies on their way makes them weak: good to tell one version from another, not its bytes.
  if (value.startsWith('W/')) return { value, kind: 'opaque', parts: 1 };
  const bare = value.replace(/^"|"$/g, '');
  const parts = /^[0-9a-f]{32}-([1-9]\d{0,4})$/.exec(bare)?.[1];
  const known = encryption === undefined || encryption === 'AES256';
  if (parts !== undefined && known) return { value: bare, kind: 'multipart', parts: Number(parts) };
  if (/^[0-9a-f]{32}$/.test(bare) && known) return { value: bare, kind: 'md5', parts: 1 };
  return { value: bare, kind: 'opaque', parts: 1 };
}

export function entityTagOfHeaders(headers: IncomingHttpHeaders): EntityTag | undefined {
  const customerKey = headers['x-amz-server-side-encryption-customer-algorithm'];
  const encryption = customerKey === undefined ? headers['x-amz-server-side-encryption'] : 'SSE-C';
  return entityTag(headers.etag, typeof encryption === 'string' ? encryption : undefined);
}

/** The ETag as a precondition, which takes strong ones alone (RFC 9110, 13.1.1); undefined when there is none such. */
export function strongEtag(etag: EntityTag | undefined): string | undefined {
  return etag === undefined || etag.value.startsWith('W/') ? undefined : `"${etag.value}"`;
}

/** Whether two tags name one version, by the weak comparison of RFC 9110, 8.8.3.2. */
export function namesSameVersion(one: string, other: string): boolean {
  return bareTag(one) === bareTag(other);
}

const bareTag = (value: string): string => value.replace(/^W\//, '').replace(/^"|"$/g, '');
