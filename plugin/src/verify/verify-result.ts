import type { CatalogCounts } from '../model/counts.ts';
import type { RunCounters, RunId } from '../model/run.ts';
import type { Finding } from './finding.ts';
import type { SampleStatement } from './sample-statement.ts';

/** How a verification ended, and what the catalog holds after it. */
export type VerifyResult = {
  readonly runId: RunId;
  readonly mode: 'head' | 'full';
  readonly status: 'completed' | 'completed_with_failures' | 'stopped';
  /** It went on where another one was interrupted. */
  readonly resumed: boolean;
  readonly run: RunCounters;
  readonly findings: Readonly<Partial<Record<Finding['kind'], number>>>;
  readonly firstFindings: readonly Finding[];
  /** Documents whose evidence is stronger than before. */
  readonly raised: number;
  readonly sample?: SampleStatement;
  /** Objects in the target, when it was listed to its end. */
  readonly objects?: number;
  readonly counts: CatalogCounts;
  readonly seconds: number;
};
