import type { DocumentId } from '@file-migration/config';
import { destinationOf, type DestinationRules } from '../access/destination.ts';
import type { DocumentAccess } from '../access/document-access.ts';
import type { DocumentRow } from '../access/document-row.ts';
import type { AccessAnswer } from '../access/org-query.ts';
import { presentationOf } from '../content/presentation.ts';
import type { Mode, ModeFile } from '../mode/mode-file.ts';
import type { Decision } from '../operations/audit.ts';
import { nameOf } from '../operations/errors.ts';
import type { Refusal } from '../pages/refusals.ts';
import type { Signer } from '../presign/signer.ts';
import type { Caller, Callers, Credentials } from '../sign-in/caller.ts';
import type { SetCookie } from '../sign-in/cookies.ts';
import type { LinkPageRedirect } from '../sign-in/link-page-redirect.ts';
import type { OrgSessionCheck } from '../sign-in/org-session-check.ts';
import type { RequestKind } from '../sign-in/request-kind.ts';
import { ageOf, type Session, type Sessions } from '../sign-in/session.ts';
import type { SignIn } from '../sign-in/sign-in.ts';

/** One request for a document, as far as the decision depends on it. */
export type DocumentClick = Credentials & {
  readonly id: DocumentId;
  readonly kind: RequestKind;
  readonly method: 'GET' | 'HEAD';
  readonly cookieHeader: string | undefined;
  /** The address of ours that it came by, where a sign-in must end as well. */
  readonly ownUrl: string;
  /** It comes straight from a sign-in that worked: another one would go round in circles. */
  readonly justSignedIn: boolean;
};

/** Where a click leads, what is written down about it, and what the browser is to keep or to forget. */
export type Outcome = { readonly cookies: readonly SetCookie[] } & (
  | { readonly decision: Decision & { kind: 'opened' }; readonly url: string; readonly expiresAt: Date | undefined }
  | { readonly decision: Decision & { kind: 'sent' }; readonly url: string }
  | { readonly decision: Decision & { kind: 'refused' } }
);

export type DocumentDecisionParts = {
  readonly mode: Pick<ModeFile, 'current'>;
  readonly callers: Pick<Callers, 'of'>;
  readonly access: Pick<DocumentAccess, 'of'>;
  readonly rules: DestinationRules;
  readonly signer: Pick<Signer, 'sign'>;
  readonly signIn: Pick<SignIn, 'begin'>;
  readonly sessions: Pick<Sessions, 'ended'>;
  readonly orgSessions: Pick<OrgSessionCheck, 'isDue' | 'isAlive'>;
  /** Is told the id of a key that a session was encrypted with and that this instance does not have. */
  readonly keyMissing: (keyId: string) => void;
  /** Without it users whom the org cannot be asked about stay outside. */
  readonly linkPage: LinkPageRedirect | undefined;
};

/** What the org says to somebody whom it knows. */
type KnownAnswer = Exclude<AccessAnswer, { kind: 'token-refused' }>;

const NOBODY: Caller = { kind: 'nobody' };

/** Decides on clicks, from the id to the file; writes nothing. */
export class DocumentDecisions {
  readonly #parts: DocumentDecisionParts;

  constructor(parts: DocumentDecisionParts) {
    this.#parts = parts;
  }

  async decide(click: DocumentClick): Promise<{ readonly outcome: Outcome; readonly caller: Caller }> {
    const mode = this.#parts.mode.current;
    if (mode === 'off') return { outcome: refused('off'), caller: NOBODY };
    const caller = await this.#parts.callers.of(click, click.id);
    return { outcome: await this.#decideFor(caller, click, mode), caller };
  }

  async #decideFor(caller: Caller, click: DocumentClick, mode: Exclude<Mode, 'off'>): Promise<Outcome> {
    switch (caller.kind) {
      case 'token-refused':
      case 'limited':
        return refused(caller.kind);
      case 'org-trouble':
      case 'org-moved':
        return refused(caller.kind, caller.detail);
      case 'nobody':
        return click.justSignedIn ? refused('session-not-kept') : this.#sendToSignIn(click);
      case 'unreadable-session':
        this.#parts.keyMissing(caller.keyId);
        return click.justSignedIn
          ? refused('session-key-unknown', 'this instance does not know the key that encrypted the session')
          : this.#sendToSignIn(click);
      case 'link-token':
        return withCookies(
          await this.#open(caller.row, click.method, mode),
          this.#parts.linkPage?.arrived(click.cookieHeader, click.id) ?? [],
        );
      case 'session':
        return this.#openWithSession(caller.session, click, mode);
      case 'bearer':
        return this.#openWithBearer(caller, click, mode);
    }
  }

  async #openWithSession(session: Session, click: DocumentClick, mode: Exclude<Mode, 'off'>): Promise<Outcome> {
    const { access, orgSessions } = this.#parts;
    if (orgSessions.isDue(session) && !click.justSignedIn) {
      // through the org and back, unseen: whoever is signed in there now is who opens the document
      if (click.kind === 'navigation') return this.#sendToSignIn(click);
      if (!(await orgSessions.isAlive(session))) return this.#signInAgain(session, click);
    }
    const answer = await access.of(session, click.id);
    if (answer.kind === 'token-refused') return this.#signInAgain(session, click);
    return this.#act(answer, click, mode);
  }

  async #openWithBearer(
    { user }: Caller & { kind: 'bearer' },
    click: DocumentClick,
    mode: Exclude<Mode, 'off'>,
  ): Promise<Outcome> {
    const answer = await this.#parts.access.of(user, click.id);
    return answer.kind === 'token-refused' ? refused('token-refused') : this.#act(answer, click, mode);
  }

  async #act(answer: KnownAnswer, click: DocumentClick, mode: Exclude<Mode, 'off'>): Promise<Outcome> {
    switch (answer.kind) {
      case 'row':
        return this.#open(answer.row, click.method, mode);
      case 'none':
        return refused('not-found');
      case 'api-disabled':
      case 'budget-spent':
        return this.#sendToLinkPage(click) ?? refused(answer.kind);
      case 'no-app-access':
      case 'external-user':
        return refused(answer.kind);
      case 'org-trouble':
      case 'org-moved':
        return refused(answer.kind, answer.detail);
    }
  }

  async #open(row: DocumentRow, method: 'GET' | 'HEAD', mode: Exclude<Mode, 'off'>): Promise<Outcome> {
    const { rules, signer } = this.#parts;
    const destination = destinationOf(row, mode, rules);
    switch (destination.kind) {
      case 'nowhere':
        return refused(destination.reason);
      case 'elsewhere': {
        const { url } = destination;
        return { decision: { kind: 'opened', reason: 'elsewhere' }, url, expiresAt: undefined, cookies: [] };
      }
      case 'storage': {
        const { key } = destination;
        try {
          const signed = await signer.sign({ method, key, ...presentationOf(key, row.name) });
          return { decision: { kind: 'opened', reason: 'storage', key }, ...signed, cookies: [] };
        } catch (error) {
          return refused('storage-trouble', nameOf(error));
        }
      }
    }
  }

  async #sendToSignIn({ id, kind, cookieHeader, ownUrl }: DocumentClick): Promise<Outcome> {
    if (kind !== 'navigation') return refused('not-signed-in');
    const { url, cookie } = await this.#parts.signIn.begin({ cookieHeader, ownUrl }, id);
    return { decision: { kind: 'sent', reason: 'sign-in' }, url, cookies: [cookie] };
  }

  /** The org does not know the session's token any more. */
  async #signInAgain(session: Session, click: DocumentClick): Promise<Outcome> {
    const ended = [this.#parts.sessions.ended()];
    if (click.kind !== 'navigation') return withCookies(refused('token-refused'), ended);
    // a token that has just been issued has not expired
    if (click.justSignedIn || ageOf(session) < FRESH_SECONDS) {
      return withCookies(refused('org-trouble', 'refuses the token it has just issued'), ended);
    }
    return withCookies(await this.#sendToSignIn(click), ended);
  }

  /** Once only: a request that comes with a token has been there. */
  #sendToLinkPage({ id, kind, cookieHeader, linkToken }: DocumentClick): Outcome | undefined {
    if (kind !== 'navigation' || linkToken !== undefined) return undefined;
    const sent = this.#parts.linkPage?.to(cookieHeader, id);
    return sent === undefined ? undefined : { decision: { kind: 'sent', reason: 'link-page' }, ...sent };
  }
}

/** A session younger than this that the org refuses is no expired one. */
const FRESH_SECONDS = 15;

function refused(reason: Refusal, detail?: string): Outcome {
  return { decision: { kind: 'refused', reason, detail }, cookies: [] };
}

function withCookies(outcome: Outcome, cookies: readonly SetCookie[]): Outcome {
  return { ...outcome, cookies: [...outcome.cookies, ...cookies] };
}
