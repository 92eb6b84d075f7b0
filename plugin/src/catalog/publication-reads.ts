import type { PublicationReader } from './publication.ts';
import type { Run } from '../model/run.ts';
import type { Synchronous } from './synchronous.ts';
import type { Tables } from './tables/tables.ts';

/** What publishing reads: what has changed since it was published last, and how much of the budget is left. */
export function publicationReads(
  { publication, publishedRows, counts, errors, runs }: Tables,
  asSeen: (run: Run) => Run,
  bounded: (limit: number) => number,
  now: () => number,
): Synchronous<PublicationReader> {
  return {
    publication: () => ({
      sequence: publication.sequence(),
      snapshot: publication.snapshot(),
      eventAt: publication.eventAt(),
      callsToday: publication.spent(now()),
    }),
    accountsBySize: ({ after, limit }) => counts.bySize(after, bounded(limit)),
    openErrors: ({ offset, limit }) => errors.open(offset, bounded(limit)),
    unpublished: (rows) => rows.filter(({ key, hash }) => publishedRows.hashOf(key) !== hash).map(({ key }) => key),
    publishedRows: ({ prefix, after, limit }) => publishedRows.page(prefix, after ?? prefix, bounded(limit)),
    emptiedAccounts: (limit) => publishedRows.emptiedAccounts(bounded(limit)),
    endedRuns: (limit) =>
      publishedRows
        .running()
        .flatMap((id) => runs.byId(id) ?? [])
        .map(asSeen)
        .filter(({ status }) => status !== 'running')
        .slice(0, limit),
  };
}
