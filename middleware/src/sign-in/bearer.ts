import { createHash } from 'node:crypto';
import type { OrganizationId } from '@file-migration/config';
import { TtlCache } from '../access/ttl-cache.ts';
import { BoundedCounts } from '../operations/bounded-counts.ts';
import { LIMIT_WINDOW_MILLISECONDS, MOST_COUNTED } from '../operations/limits.ts';
import type { OrgLogin } from './org-login.ts';
import type { SignedInUser } from './session.ts';

/** A caller known by a token of their own. */
export type BearerCaller = SignedInUser & {
  /** Stands for the token in caches and limits, and does not give it away. */
  readonly id: string;
};

/** `limited`: from there came too many tokens that the org did not know. */
export type BearerLookup =
  { readonly kind: 'bearer'; readonly user: BearerCaller } | { readonly kind: 'token-refused' | 'limited' };

export type BearerCallersOptions = {
  /** With connections of its own: tokens that somebody made up must not take those of people who click. */
  readonly login: Pick<OrgLogin, 'userOfToken'>;
  readonly orgId: OrganizationId;
  /** How long an answer of the org is taken as still true. */
  readonly rememberSeconds: number;
};

const MOST_REMEMBERED = 10_000;
/** Unknown tokens a minute from one address; a program whose token expired notices at the first. */
const MOST_REFUSED = 30;

/** Learns who brings a Salesforce access token, by asking the one org that the service belongs to. */
export class BearerCallers {
  readonly #login: Pick<OrgLogin, 'userOfToken'>;
  readonly #opaqueToken: string;
  readonly #remembered: TtlCache<SignedInUser | undefined>;
  readonly #refused = new BoundedCounts(LIMIT_WINDOW_MILLISECONDS, MOST_COUNTED);

  constructor({ login, orgId, rememberSeconds }: BearerCallersOptions) {
    this.#login = login;
    this.#opaqueToken = `${orgId.slice(0, 15)}!`;
    this.#remembered = new TtlCache(rememberSeconds, MOST_REMEMBERED);
  }

  /**
   * Refuses what needs no question first.
   * @param authorization the whole header
   * @param network where it comes from
   * @throws when the org does not answer as it should
   */
  async of(authorization: string, network: string): Promise<BearerLookup> {
    const token = /^Bearer ([\x21-\x7e]{1,4000})$/i.exec(authorization)?.[1];
    if (token === undefined || !this.#mayBeOurs(token)) return { kind: 'token-refused' };
    const id = createHash('sha256').update(token).digest('base64url');
    const user = await this.#remembered.get(id, () => this.#ask(token, network));
    if (user !== undefined) return { kind: 'bearer', user: { ...user, id } };
    const { hits } = this.#refused.add(network);
    return { kind: hits > MOST_REFUSED ? 'limited' : 'token-refused' };
  }

  async #ask(token: string, network: string): Promise<SignedInUser | undefined> {
    return this.#refused.of(network) >= MOST_REFUSED ? undefined : this.#login.userOfToken(token);
  }

  /** The org's opaque tokens begin with its id; the other kind are JWTs. */
  #mayBeOurs(token: string): boolean {
    return token.startsWith(this.#opaqueToken) || token.split('.').length === 3;
  }
}
