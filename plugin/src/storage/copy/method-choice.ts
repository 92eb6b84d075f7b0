import type { CopyRequest } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { serverSideAppliesTo } from './server-side/server-side-copy.ts';
import type { SourceLocation } from '../location/source-location.ts';
import type { SourceReader } from '../source/reader.ts';
import type { TargetBucket } from '../target/bucket.ts';

/** After so many refusals and no success a method is not tried on a host again in this process. */
const REFUSALS_TO_GIVE_UP = 3;
/** Hosts come from documents; what is remembered about them must not grow without end. */
const MOST_REMEMBERED = 10_000;

/** Chooses among the configured methods, in their order, and remembers which of them a host refuses. */
export class CopyMethodChoice {
  readonly #methods: readonly CopyMethod[];
  readonly #readers: ReadonlyMap<CopyMethod, SourceReader>;
  readonly #target: TargetBucket;
  readonly #remembered = new Map<string, { refusals: number; worked: boolean }>();

  constructor(methods: readonly CopyMethod[], readers: ReadonlyMap<CopyMethod, SourceReader>, target: TargetBucket) {
    this.#methods = methods;
    this.#readers = readers;
    this.#target = target;
  }

  /** The methods that could read this, the preferred one first; the file of the record, a substitute, always last. */
  applicable(location: SourceLocation, request: CopyRequest): CopyMethod[] {
    const methods = this.#methods.filter((method) => {
      if (method === 'server-side-copy') return serverSideAppliesTo(location, this.#target);
      return this.#readers.get(method)?.appliesTo(location, request) === true;
    });
    return [
      ...methods.filter((method) => method !== 'salesforce-file'),
      ...methods.filter((method) => method === 'salesforce-file'),
    ];
  }

  /** The same without those that the host has been seen to refuse; the last one that is left stays. */
  worthTrying(location: SourceLocation, request: CopyRequest): CopyMethod[] {
    const methods = this.applicable(location, request);
    const open = methods.filter((method) => !this.#isGivenUp(method, location));
    return open.some((method) => method !== 'salesforce-file') ? open : methods;
  }

  worked(method: CopyMethod, location: SourceLocation): void {
    this.#memory(method, location).worked = true;
  }

  refused(method: CopyMethod, location: SourceLocation): void {
    this.#memory(method, location).refusals++;
  }

  #isGivenUp(method: CopyMethod, location: SourceLocation): boolean {
    const memory = this.#remembered.get(nameOf(method, location));
    return memory !== undefined && !memory.worked && memory.refusals >= REFUSALS_TO_GIVE_UP;
  }

  #memory(method: CopyMethod, location: SourceLocation): { refusals: number; worked: boolean } {
    const name = nameOf(method, location);
    let memory = this.#remembered.get(name);
    if (memory === undefined) {
      if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
      memory = { refusals: 0, worked: false };
      this.#remembered.set(name, memory);
    }
    return memory;
  }
}

function nameOf(method: CopyMethod, location: SourceLocation): string {
  return `${method} ${location.host} ${location.kind === 's3' ? location.bucket : ''}`;
}
