import { Failure } from '../../model/failure.ts';
import type { CredentialSource } from '../storage-options.ts';

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

export type CredentialProvider = () => Promise<AwsCredentials>;

/** Temporary credentials are renewed this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;

/**
 * Makes a provider that answers at once while what it has is good, and asks again before that expires.
 * @throws (the provider) Failure of class `stop`, code `no-credentials`
 */
export function credentialProvider(source: CredentialSource = { kind: 'default' }): CredentialProvider {
  if (source.kind === 'keys') return () => Promise.resolve(source);
  const load = fromChain(source);
  let current: AwsCredentials | undefined;
  let asked: Promise<AwsCredentials> | undefined;
  return async () => {
    if (current !== undefined && !expiresSoon(current)) return current;
    asked ??= load().finally(() => (asked = undefined));
    try {
      current = await asked;
    } catch (error) {
      // what is there still works: whoever renews it may be back before it does not
      if (current === undefined || hasExpired(current)) throw error;
    }
    return current;
  };
}

function expiresSoon({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < RENEW_BEFORE_MS;
}

function hasExpired({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() <= Date.now();
}

function fromChain(source: Exclude<CredentialSource, { kind: 'keys' }>): CredentialProvider {
  let chain: Promise<CredentialProvider> | undefined;
  return async () => {
    // Loaded at first use: it is a large part of the SDK, and most commands need no storage at all.
    chain ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) =>
      defaultProvider(source.kind === 'profile' ? { profile: source.profile } : {}),
    );
    const provider = await chain;
    try {
      return await provider();
    } catch (error) {
      const where = source.kind === 'profile' ? `profile "${source.profile}"` : 'the usual AWS places';
      throw noCredentials(
        `No AWS credentials in ${where}.`,
        ['aws sso login', 'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…'],
        error,
      );
    }
  };
}

function noCredentials(message: string, actions: string[], cause?: unknown): Failure {
  return new Failure(message, { code: 'no-credentials', actions, cause });
}
