import { EncryptJWT, decodeProtectedHeader, errors, jwtDecrypt, type CryptoKey, type JWTPayload } from 'jose';

/** A key of 32 bytes and the short name that tokens carry of it. */
export type EncryptionKey = { readonly id: string; readonly secret: Uint8Array };

/** What became of a token that a browser brought. `unknown-key`: another instance encrypted it, or its key is gone. */
export type Decrypted =
  | { readonly kind: 'claims'; readonly claims: JWTPayload }
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

/** Claims that stay readable, though nobody can change them (RFC 7519, 5.3: claims replicated as header parameters). */
export type ReadableClaims = Readonly<Record<string, string | number>>;

const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';

/**
 * Encrypts what a browser keeps for us, so that it can neither read nor change it: JWTs encrypted with AES-256-GCM
 * (RFC 7516, 7519). The type and the org are part of each: a login state is no session, nor is one org's session good
 * at another's service.
 */
export class EncryptedTokens {
  readonly #keys: ReadonlyMap<string, CryptoKey>;
  readonly #encryptingId: string;
  readonly #audience: string;

  private constructor(keys: ReadonlyMap<string, CryptoKey>, encryptingId: string, audience: string) {
    this.#keys = keys;
    this.#encryptingId = encryptingId;
    this.#audience = audience;
  }

  /**
   * @param keys all of them decrypt
   * @param encryptingId the one that encrypts
   * @throws RangeError when it is not among them
   */
  static async create(
    keys: readonly EncryptionKey[],
    encryptingId: string,
    audience: string,
  ): Promise<EncryptedTokens> {
    const imported = await Promise.all(
      keys.map(async ({ id, secret }): Promise<[string, CryptoKey]> => [
        id,
        await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'AES-GCM', false, ['encrypt', 'decrypt']),
      ]),
    );
    if (!keys.some(({ id }) => id === encryptingId)) throw new RangeError(`There is no key ${encryptingId}.`);
    return new EncryptedTokens(new Map(imported), encryptingId, audience);
  }

  /** @param seconds how long the token is good, from now on */
  async encrypt(type: string, claims: JWTPayload, seconds: number, readable: ReadableClaims = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new EncryptJWT({ ...claims, ...readable })
      .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: this.#encryptingId, typ: type, ...readable })
      .setAudience(this.#audience)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .encrypt(this.#key(this.#encryptingId));
  }

  /** Never throws: a browser can send anything. */
  async decrypt(type: string, token: string): Promise<Decrypted> {
    const keyId = readableClaims(token).kid;
    if (typeof keyId !== 'string' || !isCanonical(token)) return { kind: 'invalid' };
    if (!this.#keys.has(keyId)) return { kind: 'unknown-key', keyId };
    try {
      const { payload, protectedHeader } = await jwtDecrypt(token, this.#key(keyId), {
        audience: this.#audience,
        currentDate: new Date(Date.now()),
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
        requiredClaims: ['exp', 'iat'],
      });
      return protectedHeader.typ === type ? { kind: 'claims', claims: payload } : { kind: 'invalid' };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: 'expired' };
      if (error instanceof errors.JOSEError) return { kind: 'invalid' };
      throw error;
    }
  }

  #key(id: string): CryptoKey {
    const key = this.#keys.get(id);
    if (key === undefined) throw new RangeError(`There is no key ${id}.`);
    return key;
  }
}

/** The header of a token as it stands there: anybody may have written it. Empty for what is no token. */
export function readableClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}

/** Decoders ignore stray characters and unused bits; one text only may stand for one token. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}
