import type { X509Certificate } from 'node:crypto';
import { parseSalesforceId, type DocumentId, type OrganizationId, type SalesforceId } from '@file-migration/config';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { DocumentRow } from '../access/document-row.ts';

/** What a good link token says: this user was shown this record, with these values, a moment ago. */
export type LinkTokenClaims = { readonly userId: SalesforceId; readonly row: DocumentRow };

export type LinkTokenOptions = {
  /** The certificates that may have signed: the present one and, while it is exchanged, the next. */
  readonly certificates: readonly X509Certificate[];
  /** Our own address, so that another service's token is of no use here. */
  readonly audience: string;
  readonly orgId: OrganizationId;
};

/** A token may not be valid for longer, however it was signed. */
const LONGEST_LIFE_SECONDS = 60;
const CLOCK_TOLERANCE_SECONDS = 5;

/** The claims besides `iss` (org id), `aud`, `sub` (user id), `iat` and `exp`; null and absent mean the same. */
const CLAIMS = z.object({
  sub: z.string(),
  record: z.string(),
  iat: z.number(),
  exp: z.number(),
  user_type: z.string(),
  name: z.string().nullish(),
  url: z.string().nullish(),
  key: z.string().nullish(),
  original_url: z.string().nullish(),
});

/**
 * Checks the tokens that the Salesforce page mints for users who cannot be asked about by API, and for viewers embedded
 * in other pages. The page has read the record in user mode; the token carries what it saw, because the service holds
 * no right of its own to read it. Only Standard users: for the others the extra condition cannot be asked here.
 */
export class LinkTokens {
  readonly #certificates: readonly X509Certificate[];
  readonly #audience: string;
  readonly #orgId: OrganizationId;

  constructor(options: LinkTokenOptions) {
    this.#certificates = options.certificates;
    this.#audience = options.audience;
    this.#orgId = options.orgId;
  }

  /** @returns undefined unless the token is sound, fresh, for this service and for this record */
  async verify(token: string, id: DocumentId): Promise<LinkTokenClaims | undefined> {
    const claims = CLAIMS.safeParse(await this.#payload(token)).data;
    if (claims?.user_type.toUpperCase() !== 'STANDARD') return undefined;
    if (claims.exp - claims.iat > LONGEST_LIFE_SECONDS) return undefined;
    const userId = parseSalesforceId(claims.sub);
    if (userId === undefined || parseSalesforceId(claims.record) !== id) return undefined;
    const { name, url, key, original_url: originalUrl } = claims;
    return {
      userId,
      row: { id, name: name ?? '', url: url ?? '', key: key ?? '', originalUrl: originalUrl ?? '' },
    };
  }

  async #payload(token: string): Promise<unknown> {
    for (const { publicKey, validFromDate, validToDate } of this.#certificates) {
      // looked at for each token: a certificate expires while the service runs
      if (Date.now() > validToDate.getTime() || Date.now() < validFromDate.getTime()) continue;
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['RS256'],
          audience: this.#audience,
          issuer: this.#orgId,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          maxTokenAge: LONGEST_LIFE_SECONDS,
          requiredClaims: ['exp', 'iat', 'sub', 'record'],
        });
        return payload;
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        // another certificate's signature is the one fault that a further key can fix
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) return undefined;
      }
    }
    return undefined;
  }
}
