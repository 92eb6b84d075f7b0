import { TtlCache } from '../access/ttl-cache.ts';
import type { OrgLogin } from './org-login.ts';
import { ageOf, type Session } from './session.ts';

const MOST_REMEMBERED = 10_000;

/**
 * Binds a session here to the one in the org: every so many minutes it is looked at again. A browser tab is sent through
 * the org for that, which tells who is signed in there now; whoever cannot be sent (frames, programs) is asked about.
 */
export class OrgSessionCheck {
  readonly #login: Pick<OrgLogin, 'userOfToken'>;
  readonly #seconds: number;
  readonly #alive: TtlCache<boolean>;

  constructor(login: Pick<OrgLogin, 'userOfToken'>, seconds: number) {
    this.#login = login;
    this.#seconds = seconds;
    this.#alive = new TtlCache(seconds, MOST_REMEMBERED);
  }

  isDue(session: Session): boolean {
    return ageOf(session) > this.#seconds;
  }

  /** Whether the org still knows the session's token; taken as yes while the org cannot be asked. */
  async isAlive({ id, accessToken }: Session): Promise<boolean> {
    return this.#alive
      .get(id, async () => (await this.#login.userOfToken(accessToken)) !== undefined)
      .catch(() => true);
  }
}
