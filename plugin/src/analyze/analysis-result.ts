import type { AccountId } from '@file-migration/config';
import type { OurLinks } from '../catalog/our-links.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { Activity } from './activity.ts';
import type { AnalysisStage } from './analysis-progress.ts';
import type { UrlCounts } from './document-statistics.ts';
import type { PhaseEstimates } from './estimates.ts';
import type { EverySource } from './every-source.ts';
import type { LiveProbe } from './live-probe.ts';
import type { NameRule } from './name-rules.ts';
import type { Reach, MethodReach } from './reach.ts';
import type { Tally } from './temp-database.ts';
import type { Sizes } from './sizes.ts';
import type { StorageClassShare } from './storage-classes.ts';

export type AnalysisRequest = {
  readonly accountId: AccountId | undefined;
  /** Documents whose sources are looked at; 0: none. */
  readonly sample: number;
  /** Looks at every source. */
  readonly allSizes: boolean;
  /** Files that are really read; 0: none. */
  readonly probe: number;
  /** IANA name; undefined: the org's own. */
  readonly timeZone: string | undefined;
  /** Draws the sample; the same seed draws the same one. */
  readonly seed: string;
  readonly ourLinks: OurLinks;
};

/** Documents by something: the most frequent names, and how many there are besides. */
export type Ranking = {
  readonly names: number;
  readonly listed: readonly Tally[];
  readonly documentsNotListed: number;
};

export type Analysis = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** False when it was interrupted: all counts are then those of a part. */
  readonly complete: boolean;
  readonly stoppedAt: AnalysisStage | undefined;
  readonly accountId: AccountId | undefined;
  readonly documents: number;
  readonly extensions: Ranking;
  readonly years: Ranking;
  readonly types: Ranking;
  readonly hosts: Ranking;
  readonly accounts: Ranking & {
    readonly withoutAccount: number;
    /** All accounts by their number of documents. */
    readonly histogram: readonly { readonly from: number; readonly accounts: number; readonly documents: number }[];
  };
  readonly urls: UrlCounts;
  /** Of the sources, what the filters of migration.json leave out. */
  readonly filtered: number;
  readonly toCopy: number;
  /** By the method that would be tried first. */
  readonly firstMethods: Readonly<Partial<Record<CopyMethod, number>>>;
  readonly names: {
    readonly rules: readonly {
      readonly rule: NameRule;
      readonly meaning: string;
      readonly documents: number;
      readonly example: string;
    }[];
    readonly longestKey: number;
  };
  readonly sample: { readonly asked: number; readonly drawn: number; readonly seed: string; readonly confidence: 0.95 };
  readonly methods: readonly MethodReach[];
  /** By any of the methods. */
  readonly reach: Reach;
  readonly everySource: EverySource | undefined;
  readonly storageClasses: readonly StorageClassShare[];
  readonly sizes: Sizes;
  readonly activity: Activity;
  readonly liveProbe: LiveProbe | undefined;
  readonly phases: PhaseEstimates;
  /** What the figures rest on, and what could not be found out. */
  readonly notes: readonly string[];
  /** Calls that this analysis itself made to the org. */
  readonly apiCalls: number;
  readonly seconds: number;
};
