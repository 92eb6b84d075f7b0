import type { DocumentId } from '@file-migration/config';
import type { SetCookie } from './cookies.ts';
import type { LoginState, LostLogin } from './login-state.ts';
import type { LoginFailure, OrgLogin } from './org-login.ts';
import type { OrgTrouble } from '../org/org-trouble.ts';
import type { Session, SessionLookup, Sessions } from './session.ts';

/** A browser on its way, as its request says. */
export type SigningIn = {
  readonly cookieHeader: string | undefined;
  /** The address of ours that it came by; its way back ends there. */
  readonly ownUrl: string;
};

/** What came of a browser's way back from the org. */
export type SignInResult =
  | {
      readonly kind: 'signed-in';
      readonly document: DocumentId;
      readonly session: Session;
      readonly cookie: SetCookie;
    }
  /** Somebody is signed in here already: another tab was quicker. */
  | { readonly kind: 'already'; readonly document: DocumentId; readonly session: Session }
  /** Once more through the org, which the user does not see. */
  | { readonly kind: 'again'; readonly document: DocumentId; readonly url: string; readonly cookie: SetCookie }
  | {
      readonly kind: LoginFailure | OrgTrouble['kind'] | 'token-too-long';
      readonly detail: string;
      /** For a link to try again. */
      readonly document: DocumentId | undefined;
    };

/**
 * How many sign-ins in a row may be lost in ways that another one repairs. Tabs that are opened at once overwrite one
 * another's cookie until the last of them has been answered. A key that this instance does not know is known to the next
 * one, or to none.
 */
const MOST_LOST: Readonly<Partial<Record<LostLogin, number>>> = { 'other-browser': 5, 'unknown-key': 1 };

type LoginSteps = Pick<OrgLogin, 'newSecrets' | 'authorizationUrl' | 'finish'>;

/** Signing in, from the click that needs it to the session. */
export class SignIn {
  readonly #login: LoginSteps;
  readonly #state: LoginState;
  readonly #sessions: Sessions;

  constructor(login: LoginSteps, state: LoginState, sessions: Sessions) {
    this.#login = login;
    this.#state = state;
    this.#sessions = sessions;
  }

  /** Where to send a browser, and what it must keep meanwhile. */
  async begin(
    { cookieHeader, ownUrl }: SigningIn,
    document: DocumentId,
    lostBefore = 0,
  ): Promise<{ readonly url: string; readonly cookie: SetCookie }> {
    const secrets = this.#login.newSecrets();
    const { state, cookie } = await this.#state.begin(cookieHeader, { ...secrets, document }, lostBefore);
    return { url: await this.#login.authorizationUrl(state, secrets, ownUrl), cookie };
  }

  /**
   * @param query what the browser came back with, as it stood in the address
   * @param present the session that the browser has already
   */
  async finish(browser: SigningIn, query: URLSearchParams, present: SessionLookup): Promise<SignInResult> {
    const found = await this.#state.finish(browser.cookieHeader, query.get('state') ?? '');
    if (found.kind === 'lost') {
      const { document, why, lostBefore } = found;
      if (document !== undefined && present.kind === 'session') {
        return { kind: 'already', document, session: present.session };
      }
      if (document !== undefined && lostBefore < (MOST_LOST[why] ?? 0)) {
        return { kind: 'again', document, ...(await this.begin(browser, document, lostBefore + 1)) };
      }
      return { kind: 'refused', detail: `the sign-in is lost: ${why}`, document };
    }
    const { document } = found.login;
    const result = await this.#login.finish(query, found.login, browser.ownUrl);
    if (result.kind !== 'signed-in') return { ...result, document };
    const started = await this.#sessions.start(result.user);
    if (started !== undefined) return { kind: 'signed-in', document, ...started };
    const detail =
      `the org's access token has ${result.user.accessToken.length} characters and does not fit a cookie; ` +
      'let the External Client App issue opaque tokens';
    return { kind: 'token-too-long', detail, document };
  }
}
