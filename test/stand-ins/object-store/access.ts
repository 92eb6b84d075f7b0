import { allRights, type CredentialOptions, type Right } from './options.ts';
import { accessDenied } from './s3-error.ts';

/** Who asks: a credential, or nobody. */
export type Principal = CredentialOptions | 'anonymous';

export function may(principal: Principal, right: Right, bucket: string, bucketIsPublic: boolean): boolean {
  if (right === 'read' && bucketIsPublic) return true;
  if (principal === 'anonymous') return false;
  const { rights } = principal;
  const granted = rights === undefined ? allRights : (rights[bucket] ?? rights['*'] ?? []);
  return granted.includes(right);
}

/** Throws S3's AccessDenied, saying who lacked what as S3 does since 2024. */
export function requireRight(principal: Principal, right: Right, bucket: string, bucketIsPublic: boolean): void {
  if (may(principal, right, bucket, bucketIsPublic)) return;
  if (principal === 'anonymous') throw accessDenied();
  throw accessDenied(`User: ${principal.accessKeyId} is not authorized to "${right}" on resource "${bucket}"`);
}
