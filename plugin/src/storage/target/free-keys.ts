import { Failure } from '../../model/failure.ts';
import type { HotS3Client } from '../s3/hot-client.ts';

/** Milliseconds that a key which was seen free counts as free; in between, nobody writes here but the catalog's owner. */
const goodForMs = 5_000;
/** Milliseconds that a copy may be under way without showing in a list: its key is not given to another try. */
const underWayMs = 60_000;
/** Looks within `goodForMs` from which on it is judged whether looking ahead pays. */
const looksToJudge = 16;
/** A look ahead takes a store a little longer than a look at one key. */
const leastKeysPerLook = 2;

/** The keys of a folder before `before` (undefined: all), none of which had an object at `seenAt`. */
type Gap = { readonly before: string | undefined; readonly seenAt: number };

/**
 * Finds out whether a key of the target is free, for stores that do not honor `If-None-Match`: by one look at where an
 * account's folder has its first object, instead of one at every key. While the folder fills up, the newest document first,
 * it answers for all of the account's documents. Where it does not (new documents behind old ones, a refused list), it
 * says nothing, and the key itself has to be looked at.
 */
export class FreeKeys {
  readonly #client: Pick<HotS3Client, 'firstKey'>;
  readonly #now: () => number;
  /** By the account's folder. */
  readonly #gaps = new Map<string, Gap>();
  readonly #looking = new Map<string, Promise<void>>();
  /** When each was given away, the oldest first. */
  readonly #taken = new Map<string, number>();
  /** When the next look may be made. */
  #quietUntil = -Infinity;
  /** Since when looks and keys that were given are counted. */
  #countedFrom = -Infinity;
  #looks = 0;
  #given = 0;

  /** @param now milliseconds from any beginning */
  constructor(client: Pick<HotS3Client, 'firstKey'>, now = (): number => performance.now()) {
    this.#client = client;
    this.#now = now;
  }

  /** @returns true when nothing lay under the key a moment ago, and nobody has taken it since; false says nothing */
  async take(key: string, signal: AbortSignal): Promise<boolean> {
    const folder = folderOfAccount(key);
    let gap = this.#gapIn(folder);
    if (gap === undefined && this.#now() >= this.#quietUntil) {
      await (this.#looking.get(folder) ?? this.#look(folder, signal));
      gap = this.#gapIn(folder);
    }
    return gap !== undefined && isBefore(key, gap.before) && this.#takeOnce(key);
  }

  #gapIn(folder: string): Gap | undefined {
    const gap = this.#gaps.get(folder);
    return gap === undefined || gap.seenAt < this.#now() - goodForMs ? undefined : gap;
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

  #look(folder: string, signal: AbortSignal): Promise<void> {
    const look = this.#lookInto(folder, signal).finally(() => this.#looking.delete(folder));
    this.#looking.set(folder, look);
    return look;
  }

  async #lookInto(folder: string, signal: AbortSignal): Promise<void> {
    this.#judge();
    const seenAt = this.#now();
    const first = await this.#firstKey(folder, signal);
    if (first === undefined) return;
    for (const [old, gap] of this.#gaps) {
      if (gap.seenAt >= seenAt - goodForMs) break;
      this.#gaps.delete(old);
    }
    this.#gaps.delete(folder);
    this.#gaps.set(folder, { before: first.key, seenAt });
  }

  async #firstKey(folder: string, signal: AbortSignal): ReturnType<HotS3Client['firstKey']> {
    try {
      const first = await this.#client.firstKey(folder, signal);
      // a store whose lists are not understood
      if (first === undefined) this.#quietUntil = Infinity;
      return first;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // what concerns more than lists, the look at the key itself will meet as well
      const passes = error.failureClass === 'retry' || error.failureClass === 'pause';
      this.#quietUntil = passes ? this.#now() + goodForMs : Infinity;
      return undefined;
    }
  }

  /** The looks of one time begin together and give their keys later: what they gave is known when the next time begins. */
  #judge(): void {
    const now = this.#now();
    if (now - this.#countedFrom >= goodForMs) {
      if (this.#looks >= looksToJudge && this.#given < leastKeysPerLook * this.#looks) this.#quietUntil = Infinity;
      this.#countedFrom = now;
      this.#looks = 0;
      this.#given = 0;
    }
    this.#looks += 1;
  }
}

/** All of a key but the document's own folder and the file's name: with its slash, or empty. */
function folderOfAccount(key: string): string {
  return key.slice(0, key.lastIndexOf('/', key.lastIndexOf('/') - 1) + 1);
}

/** In the order of listings, that of the keys' UTF-8 bytes. */
function isBefore(key: string, other: string | undefined): boolean {
  return other === undefined || Buffer.compare(Buffer.from(key), Buffer.from(other)) < 0;
}
