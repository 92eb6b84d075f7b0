import type { Call } from './call.ts';
import { allRights, type CredentialOptions, type Right } from './options.ts';
import { accessDenied } from './s3-error.ts';

/** Who asks: a credential, or nobody. */
export type Principal = CredentialOptions | 'anonymous';

type Asking = Pick<Call, 'principal' | 'authorizer' | 'request'>;

/** Whether the caller has a right in a bucket; `key` where the right is one on an object. */
export function may(call: Asking, right: Right, bucket: string, key?: string): boolean {
  const { principal } = call;
  if (principal === 'anonymous') return false;
  const { rights, role } = principal;
  if (role !== undefined) return mayAsRole(call, right, bucket, key);
  const granted = rights === undefined ? allRights : (rights[bucket] ?? rights['*'] ?? []);
  return granted.includes(right);
}

/** What an operation itself takes was asked before it began; what follows from what is stored is asked here. */
function mayAsRole({ authorizer, request }: Asking, right: Right, bucket: string, key: string | undefined): boolean {
  if (right === 'list') return authorizer.allows('s3:ListBucket', bucket) === true;
  if (right === 'annotations') {
    const action =
      bucket === request.bucket && key === request.key ? 's3:PutObjectAnnotation' : 's3:GetObjectAnnotation';
    return authorizer.allows(action, bucket, key) === true;
  }
  if (right === 'tags') return authorizer.allows('s3:GetObjectTagging', bucket, key) === true;
  return true;
}

/** Throws S3's AccessDenied, saying who lacked what as S3 does since 2024. */
export function requireRight(call: Asking, right: Right, bucket: string, key?: string): void {
  if (may(call, right, bucket, key)) return;
  const { principal } = call;
  if (principal === 'anonymous') throw accessDenied();
  throw accessDenied(`User: ${principal.accessKeyId} is not authorized to "${right}" on resource "${bucket}"`);
}
