import type { AwsCredentialIdentity } from '@aws-sdk/types';

/** Where credentials come from: the SDK's provider chain, asked to look again when ours near their end. */
export type CredentialSource = (options?: { readonly forceRefresh: boolean }) => Promise<AwsCredentialIdentity>;

/** Credentials that are good now, and for how much longer. */
export type LiveCredentials = {
  readonly identity: AwsCredentialIdentity;
  /** Infinity for credentials that do not expire. */
  readonly secondsLeft: number;
};

/** Thrown when there are none that live long enough to sign with. */
export class CredentialsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CredentialsError';
  }
}

/** Roles hand out new credentials well before the old ones end; earlier than this nothing is gained by asking. */
const REFRESH_SECONDS = 300;
/** After a refresh that brought nothing newer, the source is left alone for a while. */
const PATIENCE_MILLISECONDS = 5000;

/**
 * Keeps credentials fresh. The SDK signs with expired ones without a word, and its providers may hand out some that
 * have run out when the metadata service is down; so their end is looked at here, for each signature.
 */
export class Credentials {
  readonly #source: CredentialSource;
  #identity: AwsCredentialIdentity | undefined;
  #refreshing: Promise<void> | undefined;
  #triedAt = -Infinity;

  constructor(source: CredentialSource) {
    this.#source = source;
  }

  /**
   * @param wantedSeconds with less life than this it is worth waiting for newer ones
   * @param leastSeconds with less life than this they are of no use
   * @throws CredentialsError
   */
  async live(wantedSeconds: number, leastSeconds: number): Promise<LiveCredentials> {
    let left = secondsLeft(this.#identity);
    if (left < wantedSeconds) {
      await this.#refresh();
      left = secondsLeft(this.#identity);
    } else if (left < REFRESH_SECONDS) {
      void this.#refresh();
    }
    if (this.#identity === undefined || left < leastSeconds) {
      throw new CredentialsError(
        this.#identity === undefined ? 'no AWS credentials' : `AWS credentials end in ${Math.floor(left)} s`,
      );
    }
    return { identity: this.#identity, secondsLeft: left };
  }

  /** For metrics: seconds left, 0 when there are none. */
  get secondsLeft(): number {
    return Math.max(0, secondsLeft(this.#identity));
  }

  /** Never rejects: {@link live} looks at what there is afterwards. Callers at once share one look. */
  async #refresh(): Promise<void> {
    if (this.#refreshing === undefined) {
      if (performance.now() - this.#triedAt < PATIENCE_MILLISECONDS) return;
      this.#triedAt = performance.now();
      this.#refreshing = this.#source({ forceRefresh: this.#identity !== undefined })
        .then(
          (identity) => {
            if (secondsLeft(identity) > secondsLeft(this.#identity)) this.#triedAt = -Infinity;
            this.#identity = identity;
          },
          () => undefined,
        )
        .finally(() => {
          this.#refreshing = undefined;
        });
    }
    await this.#refreshing;
  }
}

/**
 * `originalExpiration`: when the metadata service is down, the provider extends the expiration of what it has in the
 * hope that other calls still succeed; a signed URL would only look as if.
 */
function secondsLeft(identity: (AwsCredentialIdentity & { originalExpiration?: Date }) | undefined): number {
  if (identity === undefined) return -Infinity;
  const ends = [identity.expiration, identity.originalExpiration].flatMap((end) => (end === undefined ? [] : [+end]));
  return ends.length === 0 ? Infinity : (Math.min(...ends) - Date.now()) / 1000;
}
