import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { User } from '../access/users.ts';
import type { Org } from '../org.ts';
import { identityUrl } from './identity.ts';

type Keys = { readonly sign: CryptoKey; readonly jwk: JWK };

/** Signs ID tokens (RS256) with a key made when it is first needed. */
export class IdTokens {
  readonly #org: Org;
  #keys: Promise<Keys> | undefined;

  constructor(org: Org) {
    this.#org = org;
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: [(await this.#key()).jwk] };
  }

  /** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm */
  async sign(user: User, clientId: string, accessToken: string, nonce: string | undefined): Promise<string> {
    const { sign, jwk } = await this.#key();
    const half = createHash('sha256').update(accessToken).digest().subarray(0, 16);
    const now = Math.floor(this.#org.now() / 1000);
    return new SignJWT({ at_hash: half.toString('base64url'), ...(nonce === undefined ? {} : { nonce }) })
      .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '', typ: 'JWT' })
      .setIssuer(this.#org.url)
      .setSubject(identityUrl(this.#org, user))
      .setAudience(clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + 120)
      .sign(sign);
  }

  #key(): Promise<Keys> {
    this.#keys ??= generateKeyPair('RS256', { extractable: true }).then(async ({ privateKey, publicKey }) => ({
      sign: privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid: '1', alg: 'RS256', use: 'sig' },
    }));
    return this.#keys;
  }
}
