import { Failure } from '../../errors/failure.ts';
import type { HotS3Client } from '../s3/hot-client.ts';

/** Milliseconds that a key which was seen free counts as free; in between, nobody writes here but the catalog's owner. */
const goodForMs = 5_000;
/** Milliseconds that a copy may be under way without showing in a list: its key is not given to another try. */
const underWayMs = 60_000;
/** Looks after which it is judged whether looking ahead pays. */
const looksPerJudgement = 16;
/** A look ahead takes a store about as long as so many looks at one key. */
const leastKeysPerLook = 4;

/** The keys behind `after` and before `before` (undefined: all behind), none of which had an object at `seenAt`. */
type Gap = {
  readonly after: string;
  readonly before: string | undefined;
  readonly seenAt: number;
};

/**
 * Finds out whether a key of the target is free, for stores that do not honour `If-None-Match`: by one look at where the
 * next object lies behind an account's folder, instead of one at every key. In a bucket that fills up, it answers for all
 * of the account's documents. Where it does not (a bucket full of others' objects, a refused listing), it says nothing,
 * and the key itself has to be looked at.
 */
export class FreeKeys {
  readonly #client: Pick<HotS3Client, 'nextKey'>;
  readonly #prefix: string;
  readonly #now: () => number;
  /** By the folder that was looked behind. */
  readonly #gaps = new Map<string, Gap>();
  #latest: Gap | undefined;
  /** When each was given away, the oldest first. */
  readonly #taken = new Map<string, number>();
  #looking: Promise<void> | undefined;
  /** When the next look may be made. */
  #quietUntil = -Infinity;
  #looks = 0;
  #given = 0;

  /**
   * @param prefix nothing outside it is listed
   * @param now milliseconds from any beginning
   */
  constructor(client: Pick<HotS3Client, 'nextKey'>, prefix: string, now = (): number => performance.now()) {
    this.#client = client;
    this.#prefix = prefix;
    this.#now = now;
  }

  /**
   * @returns true when nothing lay under the key a moment ago, and nobody has taken it since; false says nothing
   */
  async take(key: string, signal: AbortSignal): Promise<boolean> {
    const folder = folderOfAccount(key);
    for (let looked = false; ;) {
      if (this.#liesInGap(key, folder)) return this.#takeOnce(key);
      if (looked || this.#now() < this.#quietUntil) return false;
      if (this.#looking === undefined) {
        looked = true;
        this.#looking = this.#look(folder, signal).finally(() => (this.#looking = undefined));
      }
      await this.#looking;
    }
  }

  #liesInGap(key: string, folder: string): boolean {
    const oldest = this.#now() - goodForMs;
    return [this.#latest, this.#gaps.get(folder)].some(
      (gap) => gap !== undefined && gap.seenAt >= oldest && liesIn(gap, key),
    );
  }

  #takeOnce(key: string): boolean {
    const now = this.#now();
    for (const [old, takenAt] of this.#taken) {
      if (takenAt > now - underWayMs) break;
      this.#taken.delete(old);
    }
    if (this.#taken.has(key)) return false;
    this.#taken.set(key, now);
    this.#given += 1;
    return true;
  }

  async #look(folder: string, signal: AbortSignal): Promise<void> {
    this.#judge();
    const seenAt = this.#now();
    const before = await this.#nextKey(folder, signal);
    if (before === undefined) return;
    this.#latest = { after: folder, before: before.key, seenAt };
    for (const [old, gap] of this.#gaps) if (gap.seenAt < seenAt - goodForMs) this.#gaps.delete(old);
    this.#gaps.set(folder, this.#latest);
  }

  async #nextKey(folder: string, signal: AbortSignal): ReturnType<HotS3Client['nextKey']> {
    try {
      return await this.#client.nextKey(this.#prefix, folder, signal);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // what concerns more than lists, the look at the key itself will meet as well
      const passes = error.failureClass === 'retry' || error.failureClass === 'pause';
      this.#quietUntil = passes ? this.#now() + goodForMs : Infinity;
      return undefined;
    }
  }

  #judge(): void {
    this.#looks += 1;
    if (this.#looks <= looksPerJudgement) return;
    if (this.#given < leastKeysPerLook * looksPerJudgement) this.#quietUntil = Infinity;
    this.#looks = 0;
    this.#given = 0;
  }
}

/** All of a key but the document's own folder and the file's name. */
function folderOfAccount(key: string): string {
  return `${key.split('/').slice(0, -2).join('/')}/`;
}

function liesIn({ after, before }: Gap, key: string): boolean {
  return isBefore(after, key) && (before === undefined || isBefore(key, before));
}

/** In the order of listings, that of the keys' UTF-8 bytes. */
function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
