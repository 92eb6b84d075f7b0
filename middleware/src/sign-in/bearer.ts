import { createHash } from 'node:crypto';
import { ShortMemory } from '../access/short-memory.ts';
import type { OrgLogin } from './org-login.ts';
import type { SignedInUser } from './session.ts';

/** A caller known by a token of his own. */
export type BearerCaller = SignedInUser & {
  /** Stands for the token in caches and limits, and does not give it away. */
  readonly id: string;
};

const MOST_REMEMBERED = 10_000;

/** Learns who brings a Salesforce access token, by asking the one org that the service belongs to. */
export class BearerCallers {
  readonly #login: Pick<OrgLogin, 'userOfToken'>;
  readonly #remembered: ShortMemory<SignedInUser | undefined>;

  /** @param rememberSeconds how long an answer of the org is taken as still true */
  constructor(login: Pick<OrgLogin, 'userOfToken'>, rememberSeconds: number) {
    this.#login = login;
    this.#remembered = new ShortMemory(rememberSeconds, MOST_REMEMBERED);
  }

  /**
   * @param authorization the whole header
   * @returns undefined when it holds no token that the org knows
   * @throws when the org does not answer as it should
   */
  async of(authorization: string): Promise<BearerCaller | undefined> {
    const token = /^Bearer ([\x21-\x7e]{1,4000})$/i.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const id = createHash('sha256').update(token).digest('base64url');
    const user = await this.#remembered.get(id, () => this.#login.userOfToken(token));
    return user === undefined ? undefined : { ...user, id };
  }
}
