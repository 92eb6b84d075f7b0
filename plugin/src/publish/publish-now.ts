import type { PublishedSnapshot } from '../catalog/publication.ts';
import type { RowSelection } from './changes.ts';
import { unknownRate } from './run-rate.ts';
import { publish, type PublicationTools } from './publication.ts';
import { shortfall, type Shortfall } from './send-rows.ts';

/** What `sf migrate files publish` did. */
export type PublishResult = {
  /** Absent: the catalog has no run yet, so there was nothing to publish. */
  readonly snapshot?: PublishedSnapshot;
  readonly rows: {
    readonly sent: number;
    readonly deleted: number;
    /** Met a lock: the next publication sends them. */
    readonly later: number;
    readonly refused: number;
  };
  readonly calls: number;
  readonly callsToday: number;
  readonly callsPerDay: number;
  /** What is not in the org, and why; absent when all is. */
  readonly shortfall?: Shortfall;
};

/**
 * Publishes the newest run with the figures of now, and everything that has changed.
 * @throws Failure with its class when the org does not take it
 */
export async function publishNow(tools: PublicationTools, which: RowSelection): Promise<PublishResult> {
  const { catalog, publications, settings } = tools;
  const published = await publish(tools, { runRate: unknownRate, scope: 'final', which });
  const { snapshot, callsToday } = await catalog.publication();
  const budget = { calls: publications.requests(), callsToday, callsPerDay: settings.callsPerDay };
  if (published === undefined) return { rows: { sent: 0, deleted: 0, later: 0, refused: 0 }, ...budget };
  const { sent, deleted, later, refused } = published.tally;
  const missing = shortfall(published.tally);
  return {
    ...(snapshot !== undefined && { snapshot }),
    rows: { sent, deleted, later, refused },
    ...budget,
    ...(missing !== undefined && { shortfall: missing }),
  };
}
