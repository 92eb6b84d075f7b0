import type { DocumentId } from '@file-migration/config';
import type { AccessAnswer, OrgUser, OrgQuery } from './org-query.ts';
import { TtlCache } from './ttl-cache.ts';

const MOST_REMEMBERED = 10_000;

/** Answers whether a user may open a document: by the org's word, at most a set number of seconds old. */
export class DocumentAccess {
  readonly #query: Pick<OrgQuery, 'ask'>;
  readonly #remembered: TtlCache<AccessAnswer>;

  /** @param rememberSeconds how long a right that was taken away may still be honored */
  constructor(query: Pick<OrgQuery, 'ask'>, rememberSeconds: number) {
    this.#query = query;
    this.#remembered = new TtlCache(rememberSeconds, MOST_REMEMBERED);
  }

  /** @param caller with the id of their session or token: a new sign-in asks anew */
  async of(caller: OrgUser & { readonly id: string }, id: DocumentId): Promise<AccessAnswer> {
    return this.#remembered.get(`${caller.id} ${id}`, () => this.#query.ask(caller, id), isAboutTheRecord);
  }
}

/** Trouble passes, and a spent budget or a missing right may be fixed any moment: those are asked again. */
function isAboutTheRecord({ kind }: AccessAnswer): boolean {
  return kind === 'row' || kind === 'none';
}
