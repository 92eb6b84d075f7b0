import type { Principal } from '../access.ts';
import type { Bucket } from '../bucket.ts';
import type { OperationName } from '../operations/index.ts';
import { accessDenied, type S3Error } from '../s3-error.ts';
import { headerOf, type S3Request } from '../s3-request.ts';
import { encryptionHeaders } from '../upload-headers.ts';
import { conditionsHold, matchesPattern, type RequestContext } from './condition.ts';
import { parsePolicy, type Policy, type PolicyDocument, type Statement } from './policy.ts';
import { requiredActions, type RequiredAction } from './required-actions.ts';

/** A principal of IAM: what it is called, and the identity policies that say what it may. */
export type Role = {
  readonly arn: string;
  readonly policies: readonly PolicyDocument[];
};

/** One action that a role needed, and where it is granted: the policy's `Id` and the statement's `Sid`. */
export type Grant = { readonly policy: string; readonly statement: string; readonly action: string };

/** The account of buckets and of credentials that name none. */
export const OWN_ACCOUNT = '111122223333';

export type AuthorizerParts = {
  readonly request: S3Request;
  readonly operation: OperationName;
  readonly principal: Principal;
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Milliseconds since the request was signed. */
  readonly signatureAge: number | undefined;
};

/**
 * Decides about one request as IAM does ("Policy evaluation logic"): a denying statement of any policy ends it; a role
 * needs an allowing one in its own policies or, within the bucket's account, in the bucket's; across accounts in both.
 * Credentials without a role have the rights of their options, and meet the bucket's denying statements alone.
 */
export class Authorizer {
  readonly #granted = new Map<string, Grant>();
  readonly #parts: AuthorizerParts;
  readonly #context: Map<string, string>;

  constructor(parts: AuthorizerParts) {
    this.#parts = parts;
    this.#context = contextOf(parts);
  }

  /** Throws AccessDenied unless everything that the request takes is granted. */
  requireAll(): void {
    const { operation, request } = this.#parts;
    for (const required of requiredActions(operation, request)) {
      const refusal = this.#refusal(required);
      if (refusal !== undefined) throw refusal;
    }
  }

  /** Throws AccessDenied unless this, which depends on what is stored, is granted. */
  require(action: string, bucket: string, key: string | undefined): void {
    const refusal = this.#refusal({ action, bucket, key });
    if (refusal !== undefined) throw refusal;
  }

  /** Whether a role may; undefined for credentials without one. */
  allows(action: string, bucket: string, key?: string): boolean | undefined {
    return this.#role === undefined ? undefined : this.#refusal({ action, bucket, key }) === undefined;
  }

  /** Throws AccessDenied unless the role may use the KMS key that encrypts an object, through S3. */
  requireKms(actions: readonly string[], keyId: string | undefined, region: string): void {
    const role = this.#role;
    if (role === undefined || keyId === undefined) return;
    const resource = keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${region}:${OWN_ACCOUNT}:key/${keyId}`;
    const context = new Map([...this.#context, ['kms:viaservice', `s3.${region}.amazonaws.com`]]);
    for (const action of actions) {
      const decision = decide(identityPolicies(role), { action, resource, context, principalArn: undefined });
      if (decision?.Effect !== 'Allow') {
        throw notAuthorized(role.arn, action, resource, 'no identity-based policy allows it');
      }
      this.#note(decision, action);
    }
  }

  /** What was asked for and granted to a role, for a comparison with all that its policies grant. */
  get granted(): readonly Grant[] {
    return [...this.#granted.values()];
  }

  #note({ policy, Sid: statement = '' }: Decision, action: string): void {
    this.#granted.set([policy, statement, action].join(' '), { policy, statement, action });
  }

  get #role(): Role | undefined {
    const { principal } = this.#parts;
    return principal === 'anonymous' ? undefined : principal.role;
  }

  #refusal({ action, bucket: name, key }: RequiredAction): S3Error | undefined {
    const bucket = this.#parts.buckets.get(name);
    // the operation answers NoSuchBucket, whoever asks
    if (bucket === undefined) return undefined;
    const role = this.#role;
    const resource = `arn:aws:s3:::${name}${key === undefined ? '' : `/${key}`}`;
    const account = bucket.options.account ?? OWN_ACCOUNT;
    const context = new Map([...this.#context, ['aws:resourceaccount', account]]);
    const who = role?.arn ?? 'anonymous';
    const asked = { action, resource, context };
    const byBucket = decide(bucketPolicies(bucket), { ...asked, principalArn: who });
    if (byBucket?.Effect === 'Deny') return notAuthorized(who, action, resource, 'a resource-based policy denies it');
    if (role === undefined) return undefined;
    const byIdentity = decide(identityPolicies(role), { ...asked, principalArn: undefined });
    if (byIdentity?.Effect === 'Deny')
      return notAuthorized(who, action, resource, 'an identity-based policy denies it');
    const isOwn = accountOf(role) === account;
    const isAllowed = isOwn
      ? (byIdentity ?? byBucket) !== undefined
      : byIdentity !== undefined && byBucket !== undefined;
    if (!isAllowed) {
      const missing =
        byIdentity === undefined ? 'no identity-based policy allows it' : 'no resource-based policy allows it';
      return notAuthorized(who, action, resource, missing);
    }
    if (byIdentity !== undefined) this.#note(byIdentity, action);
    return undefined;
  }
}

type Asked = {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  /** Undefined: the policy is the principal's own, and names none. */
  readonly principalArn: string | undefined;
};

type Decision = Statement & { readonly policy: string };

/** The statement that decides, a denying one first; undefined when none applies. */
function decide(policies: readonly Policy[], asked: Asked): Decision | undefined {
  const applying = policies.flatMap(({ Id: policy = '', Statement: statements }) =>
    statements.filter((statement) => applies(statement, asked)).map((statement) => ({ ...statement, policy })),
  );
  return applying.find(({ Effect }) => Effect === 'Deny') ?? applying[0];
}

function applies(statement: Statement, { action, resource, context, principalArn }: Asked): boolean {
  return (
    statement.Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.Resource.some((pattern) => matchesPattern(pattern, resource)) &&
    (principalArn === undefined || namesPrincipal(statement, principalArn)) &&
    conditionsHold(statement, context)
  );
}

function namesPrincipal({ Principal: named }: Statement, arn: string): boolean {
  if (named === undefined || named === '*') return named === '*';
  return named.AWS.some((one) => one === '*' || one === arn || one === `arn:aws:iam::${arn.split(':')[4] ?? ''}:root`);
}

const accountOf = ({ arn }: Role): string => arn.split(':')[4] ?? OWN_ACCOUNT;

const parsed = new WeakMap<object, Policy[]>();

function identityPolicies(role: Role): readonly Policy[] {
  return parsedOnce(role, role.policies);
}

function bucketPolicies(bucket: Bucket | undefined): readonly Policy[] {
  const policy = bucket?.options.policy;
  return bucket === undefined || policy === undefined ? [] : parsedOnce(bucket.options, [policy]);
}

function parsedOnce(owner: object, documents: readonly PolicyDocument[]): Policy[] {
  let policies = parsed.get(owner);
  if (policies === undefined) parsed.set(owner, (policies = documents.map(parsePolicy)));
  return policies;
}

/**
 * The condition keys that policies of this project and of hardened buckets use ("Actions, resources, and condition keys
 * for Amazon S3"). The store's loopback counts as TLS.
 */
function contextOf({ request, operation, principal, buckets, signatureAge }: AuthorizerParts): Map<string, string> {
  const context = new Map([
    ['aws:securetransport', 'true'],
    ['s3:tlsversion', '1.3'],
  ]);
  const put = (key: string, value: string | undefined): void => {
    if (value !== undefined) context.set(key, value);
  };
  for (const header of [
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-storage-class',
    'x-amz-acl',
    'x-amz-content-sha256',
    'x-amz-copy-source',
    'if-none-match',
    'if-match',
  ]) {
    put(`s3:${header}`, headerOf(request.headers, header));
  }
  // parts and their end carry no encryption header: that of the upload they belong to counts
  const upload = buckets.get(request.bucket)?.uploads.get(request.query.get('uploadId') ?? '');
  for (const [name, value] of Object.entries(encryptionHeaders(upload?.facts.encryption))) put(`s3:${name}`, value);
  if (request.query.has('X-Amz-Signature')) put('s3:x-amz-content-sha256', 'UNSIGNED-PAYLOAD');
  put('s3:prefix', request.query.get('prefix'));
  put('s3:signatureage', signatureAge === undefined ? undefined : String(signatureAge));
  put('s3:objectcreationoperation', OBJECT_CREATION[operation]);
  if (principal !== 'anonymous' && principal.role !== undefined) put('aws:principalarn', principal.role.arn);
  return context;
}

/** "Enforce conditional writes on Amazon S3 buckets": what makes an object at once, and what only prepares one. */
const OBJECT_CREATION: Partial<Record<OperationName, string>> = {
  PutObject: 'true',
  CopyObject: 'true',
  CompleteMultipartUpload: 'true',
  CreateMultipartUpload: 'false',
  UploadPart: 'false',
  UploadPartCopy: 'false',
};

function notAuthorized(who: string, action: string, resource: string, because: string): S3Error {
  return accessDenied(
    `User: ${who} is not authorized to perform: ${action} on resource: "${resource}" because ${because}`,
  );
}
