import { fileExtension, renderKey, type MigrationConfig } from '@file-migration/config';
import { filteredBy } from '../backup/filters.ts';
import type { ParseOurLink } from '../catalog/our-links.ts';
import type { OrgDocument } from '../model/document.ts';
import { RandomSample } from '../sampling/sample.ts';
import type { CopyRequest, RequestEstimate } from '../storage/copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { Storage } from '../storage/storage.ts';
import { ActivityTally } from './activity.ts';
import { rulesHit } from './name-rules.ts';
import type { TempDatabase } from './temp-database.ts';
import type { ZoneClock } from './zone-clock.ts';

/** A document whose source can be looked at. */
export type Candidate = { readonly request: CopyRequest; readonly methods: readonly CopyMethod[] };

/** What documents' URL fields hold; the members sum to all documents. */
export type UrlCounts = {
  /** Records without a URL. */
  empty: number;
  /** Our own link for the record itself: it is switched already. */
  switched: number;
  /** Our own link for another record: a clone of a switched one. */
  clones: number;
  /** One of our addresses that opens no document. */
  broken: number;
  /** No method can read it, by the reason. */
  unusable: Record<string, number>;
  /** A source that may be copied. */
  sources: number;
};

export type TallyOptions = {
  readonly config: MigrationConfig;
  readonly storage: Pick<Storage, 'plan'>;
  readonly ourLink: ParseOurLink;
  readonly clock: ZoneClock;
  readonly temp: TempDatabase;
  readonly sample: number;
  readonly seed: string;
  /** Keeps what is needed to look at every source. */
  readonly keepSources: boolean;
};

/** Counts documents as they stream by; its memory does not grow with their number. */
export class DocumentStatistics {
  documents = 0;
  readonly urls: UrlCounts = { empty: 0, switched: 0, clones: 0, broken: 0, unusable: {}, sources: 0 };
  /** Of the sources, what the configured filters leave out. */
  filtered = 0;
  readonly requests: RequestEstimate & { put: number; get: number; other: number } = { put: 0, get: 0, other: 0 };
  readonly methods: Partial<Record<CopyMethod, number>> = {};
  readonly sized = { documents: 0, bytes: 0, largest: 0 };
  longestKey = 0;
  readonly activity: ActivityTally;
  readonly sample: RandomSample<Candidate>;
  readonly #options: TallyOptions;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.activity = new ActivityTally(options.clock);
    this.sample = new RandomSample(options.sample, options.seed);
  }

  take(document: OrgDocument): void {
    const { temp, config } = this.#options;
    const { id, name, accountId, accountName, traits } = document;
    const bytes = traits?.size;
    this.documents += 1;
    if (bytes !== undefined) {
      this.sized.documents += 1;
      this.sized.bytes += bytes;
      this.sized.largest = Math.max(this.sized.largest, bytes);
    }
    this.activity.take(document);
    temp.count('extension', fileExtension(name), { bytes });
    temp.count('account', accountId ?? '', { bytes, label: accountName });
    temp.count('year', traits?.year ?? '', { bytes });
    temp.count('type', traits?.type ?? '', { bytes });
    const facts = { recordId: id, accountId, accountName, fileName: name, revision: 1 };
    const key = renderKey(config.key, facts);
    this.longestKey = Math.max(this.longestKey, key.length);
    for (const rule of rulesHit(name, key)) temp.count('rule', rule, { bytes, label: name });
    const candidate = this.#source(document, { document: id, revision: 1, url: document.url, key, fileName: name });
    if (candidate === undefined || !this.#options.keepSources) return;
    temp.keepSource({ id, url: document.url, fileName: name, externalId: document.externalId });
  }

  /** The document as something to copy; undefined when there is nothing to copy. */
  #source(document: OrgDocument, rest: Omit<CopyRequest, 'externalId'>): Candidate | undefined {
    const { storage, temp, ourLink, config } = this.#options;
    const { id, url, name } = document;
    if (url === '') {
      this.urls.empty += 1;
      return undefined;
    }
    const ours = ourLink(url);
    if (ours !== undefined) {
      this.urls[ours === 'broken' ? 'broken' : ours === id ? 'switched' : 'clones'] += 1;
      return undefined;
    }
    const request: CopyRequest = { ...rest, externalId: document.externalId };
    const plan = storage.plan(request);
    if (plan.kind === 'skipped') {
      this.urls.unusable[plan.rule] = (this.urls.unusable[plan.rule] ?? 0) + 1;
      return undefined;
    }
    this.urls.sources += 1;
    temp.count('host', plan.host, { bytes: document.traits?.size });
    if (filteredBy(config.filters, name) !== undefined) {
      this.filtered += 1;
      return undefined;
    }
    const [first] = plan.methods;
    this.methods[first] = (this.methods[first] ?? 0) + 1;
    this.requests.put += plan.requests.put;
    this.requests.get += plan.requests.get;
    this.requests.other += plan.requests.other;
    const candidate = { request, methods: plan.methods };
    this.sample.offer(id, () => candidate);
    return candidate;
  }
}
