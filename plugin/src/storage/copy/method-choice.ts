import type { CopyRequest } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { serverSideAppliesTo } from './server-side/server-side-copy.ts';
import type { SourceLocation } from '../location/source-location.ts';
import type { SourceReader } from '../source/reader.ts';
import type { TargetBucket } from '../target/bucket.ts';

/** After so many refusals and no success a way is not tried on a host again in this process. */
const REFUSALS_TO_GIVE_UP = 3;
/** Hosts come from documents; what is remembered about them must not grow without end. */
const MOST_REMEMBERED = 10_000;

/** Chooses among the configured ways, in their order, and remembers which of them a host refuses. */
export class CopyMethodChoice {
  readonly #ways: readonly CopyMethod[];
  readonly #readers: ReadonlyMap<CopyMethod, SourceReader>;
  readonly #target: TargetBucket;
  readonly #remembered = new Map<string, { refusals: number; worked: boolean }>();

  constructor(ways: readonly CopyMethod[], readers: ReadonlyMap<CopyMethod, SourceReader>, target: TargetBucket) {
    this.#ways = ways;
    this.#readers = readers;
    this.#target = target;
  }

  /** The ways that could read this, the preferred one first; the file of the record, a substitute, always last. */
  applicable(location: SourceLocation, request: CopyRequest): CopyMethod[] {
    const ways = this.#ways.filter((way) => {
      if (way === 'server-side-copy') return serverSideAppliesTo(location, this.#target);
      return this.#readers.get(way)?.appliesTo(location, request) === true;
    });
    return [...ways.filter((way) => way !== 'salesforce-file'), ...ways.filter((way) => way === 'salesforce-file')];
  }

  /** The same without those that the host has been seen to refuse; the last one that is left stays. */
  worthTrying(location: SourceLocation, request: CopyRequest): CopyMethod[] {
    const ways = this.applicable(location, request);
    const open = ways.filter((way) => !this.#isGivenUp(way, location));
    return open.some((way) => way !== 'salesforce-file') ? open : ways;
  }

  worked(way: CopyMethod, location: SourceLocation): void {
    this.#memory(way, location).worked = true;
  }

  refused(way: CopyMethod, location: SourceLocation): void {
    this.#memory(way, location).refusals++;
  }

  #isGivenUp(way: CopyMethod, location: SourceLocation): boolean {
    const memory = this.#remembered.get(nameOf(way, location));
    return memory !== undefined && !memory.worked && memory.refusals >= REFUSALS_TO_GIVE_UP;
  }

  #memory(way: CopyMethod, location: SourceLocation): { refusals: number; worked: boolean } {
    const name = nameOf(way, location);
    let memory = this.#remembered.get(name);
    if (memory === undefined) {
      if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
      memory = { refusals: 0, worked: false };
      this.#remembered.set(name, memory);
    }
    return memory;
  }
}

function nameOf(way: CopyMethod, location: SourceLocation): string {
  return `${way} ${location.host} ${location.kind === 's3' ? location.bucket : ''}`;
}
