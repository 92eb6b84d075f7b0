import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { Environment, MigrationConfig } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { masked } from '../model/masked.ts';
import type { CredentialProvider } from '../storage/s3/credentials.ts';
import type { SignatureAlgorithm } from './certificate.ts';

/** What signs a certificate; the private key never leaves it. */
export type SigningKey = {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: KeyObject;
  /** @throws Failure (stop) */
  sign(message: Buffer): Promise<Buffer>;
};

type Place = {
  readonly env: Environment;
  /** Of the bucket; the key's own by default. */
  readonly region: string;
  readonly credentials: CredentialProvider;
};

/**
 * Opens the key that `certify.signing` names.
 * @throws Failure `signing-key-missing` (stop) that says where it was looked for, never what stands there
 */
export async function openSigningKey(
  signing: MigrationConfig['certify']['signing'],
  { env, region, credentials }: Place,
): Promise<SigningKey> {
  switch (signing.kind) {
    case 'environment':
      return fromEnvironment(signing.variable, env);
    case 'kms':
      return await fromKms(signing, signing.region ?? region, credentials);
  }
}

/** Whether a signature is one of this key over these bytes. */
export function isSignedBy(
  publicKey: KeyObject,
  algorithm: SignatureAlgorithm,
  { message, signature }: { readonly message: Buffer; readonly signature: Buffer },
): boolean {
  if (!fits(publicKey, algorithm)) return false;
  return verify(algorithm === 'ed25519' ? null : 'sha256', message, publicKey, signature);
}

/**
 * Reads a public key in PEM.
 * @throws Failure `certificate-invalid` (stop)
 */
export function readPublicKey(pem: string | Buffer, where: string): KeyObject {
  try {
    const key = createPublicKey({ key: pem, format: 'pem' });
    if (fits(key, 'ed25519') || fits(key, 'ecdsa-p256-sha256')) return key;
  } catch {
    // said below, without what stands there: somebody may have named the private key
  }
  throw new Failure(`${where} holds no public key of Ed25519 or P-256 in PEM.`, {
    code: 'certificate-invalid',
    actions: ['openssl pkey -in private.pem -pubout -out public.pem'],
  });
}

/** The same key, whatever file it came from. */
export function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function fits({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, algorithm: SignatureAlgorithm) {
  return algorithm === 'ed25519' ? type === 'ed25519' : type === 'ec' && details?.namedCurve === 'prime256v1';
}

function fromEnvironment(variable: string, env: Environment): SigningKey {
  const pem = env[variable]?.replaceAll(String.raw`\n`, '\n') ?? '';
  if (pem === '') throw noKey(`the variable ${variable} is not set`, variable);
  const privateKey = privateKeyOf(pem, variable);
  return {
    algorithm: 'ed25519',
    publicKey: createPublicKey(privateKey),
    sign: (message) => Promise.resolve(sign(null, message, privateKey)),
  };
}

function privateKeyOf(pem: string, variable: string): KeyObject {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // the error could show what stands in the variable
  }
  throw noKey(`the variable ${variable} holds no Ed25519 private key in PEM without a passphrase`, variable);
}

/** KMS signs what is at most 4,096 bytes long by itself; our message has one line. */
async function fromKms(
  { keyId, endpoint }: Extract<MigrationConfig['certify']['signing'], { kind: 'kms' }>,
  region: string,
  credentials: CredentialProvider,
): Promise<SigningKey> {
  const { KMSClient, GetPublicKeyCommand, SignCommand } = await import('@aws-sdk/client-kms');
  const client = new KMSClient({ region, credentials, maxAttempts: 4, ...(endpoint !== undefined && { endpoint }) });
  try {
    const { PublicKey, SigningAlgorithms = [] } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
    const SigningAlgorithm = kmsAlgorithms.find((name) => SigningAlgorithms.includes(name));
    if (PublicKey === undefined || SigningAlgorithm === undefined) {
      throw new Error(
        `it signs by ${SigningAlgorithms.join(', ') || 'no algorithm'}, and not by ${kmsAlgorithms.join(' or ')}`,
      );
    }
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    return {
      algorithm: SigningAlgorithm === 'ED25519_SHA_512' ? 'ed25519' : 'ecdsa-p256-sha256',
      publicKey,
      sign: async (Message) => {
        const asked = new SignCommand({ KeyId: keyId, Message, MessageType: 'RAW', SigningAlgorithm });
        const { Signature } = await client.send(asked).catch((error: unknown) => {
          throw refusedByKms(keyId, error);
        });
        if (Signature === undefined) throw refusedByKms(keyId, new Error('it gave no signature'));
        return Buffer.from(Signature);
      },
    };
  } catch (error) {
    client.destroy();
    throw error instanceof Failure ? error : refusedByKms(keyId, error);
  }
}

const kmsAlgorithms = ['ED25519_SHA_512', 'ECDSA_SHA_256'] as const;

function refusedByKms(keyId: string, error: unknown): Failure {
  const why = masked(error instanceof Error ? error.message : String(error));
  return new Failure(`The key ${keyId} of AWS KMS cannot sign: ${why}`, {
    code: 'signing-key-missing',
    actions: ['Give the role kms:GetPublicKey and kms:Sign on the key'],
    cause: error,
  });
}

function noKey(why: string, variable: string): Failure {
  return new Failure(`There is no key to sign with: ${why}.`, {
    code: 'signing-key-missing',
    actions: [
      'Make one: openssl genpkey -algorithm ed25519 -out signing-key.pem',
      `export ${variable}="$(cat signing-key.pem)"`,
      'Or name a key of AWS KMS: certify.signing in migration.json',
    ],
  });
}
