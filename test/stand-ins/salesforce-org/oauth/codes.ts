import { createHash, randomBytes } from 'node:crypto';

export type AuthorizationCode = {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly nonce: string | undefined;
  readonly madeAt: number;
};

/** Fifteen minutes, as in Salesforce. */
const LIFE_MS = 15 * 60_000;

/** Authorization codes: each is good once. */
export class Codes {
  readonly #codes = new Map<string, AuthorizationCode>();

  issue(code: AuthorizationCode): string {
    const text = `aPrx${randomBytes(48).toString('base64url')}==`;
    this.#codes.set(text, code);
    return text;
  }

  redeem(text: string, now: number): AuthorizationCode | undefined {
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    return code && now - code.madeAt <= LIFE_MS ? code : undefined;
  }
}

/** RFC 7636, S256. */
export function answersChallenge(verifier: string | undefined, challenge: string): boolean {
  return verifier !== undefined && createHash('sha256').update(verifier).digest('base64url') === challenge;
}
