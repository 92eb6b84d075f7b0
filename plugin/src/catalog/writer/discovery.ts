import type { DocumentId } from '@file-migration/config/contract';
import { Failure } from '../../model/failure.ts';
import type { Catalog } from '../port.ts';
import type { OrgDocument } from '../../model/document.ts';
import type { DiscoveredPage, DiscoveryCounts } from '../discovery.ts';
import type { RunId } from '../../model/run.ts';
import { foundFile, foundUrl, type FoundFile, type FoundUrl } from '../rules/found-url.ts';
import { nothingCopied } from '../rules/next-revision.ts';
import { rediscover, withSource } from '../rules/rediscover.ts';
import { waiting } from '../rules/waiting.ts';
import type { Synchronous } from '../synchronous.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import { replaceRevision, withKey } from './revisions.ts';
import { rowsPerTransaction, type Change, type WriterContext } from './transactions.ts';

type Discovery = Pick<
  Synchronous<Catalog>,
  'recordDiscovered' | 'resolveClones' | 'absentees' | 'countAbsentees' | 'markDeleted' | 'markSeen' | 'setWatermark'
>;

/** What the document query, the sweep after it and the watermark write. */
export function discovery(context: WriterContext): Discovery {
  const { tables, write, now } = context;
  const { documents, seen } = tables;
  /** Why a part of the present page failed: the position behind the page is not to be reached without it. */
  let brokenBy: Error | undefined;

  const requireMarks = (discoveryRun: RunId): void => {
    if (seen.by() === discoveryRun || tables.counts.read().documents === 0) return;
    throw new Failure(`The marks of discovery ${discoveryRun} are gone: a later full discovery has begun its own.`, {
      code: 'discovery-marks-gone',
      actions: ['Discover anew: sf migrate files backup --full'],
    });
  };

  return {
    recordDiscovered(page) {
      if (page.goesOn !== true) brokenBy = undefined;
      if (brokenBy !== undefined) throw brokenBy;
      try {
        return write((change) => recordPage(context, change, page));
      } catch (error) {
        brokenBy = error as Error;
        throw error;
      }
    },

    resolveClones() {
      let resolved = 0;
      let unknown = 0;
      let after: DocumentId | undefined;
      for (;;) {
        const clones = documents.orphanedClones(after ?? '', rowsPerTransaction);
        if (clones.length === 0) return { resolved, unknown };
        after = clones.at(-1)?.document.id;
        write((change) => {
          for (const clone of clones) {
            const source = clone.document.cloneOf && documents.originalUrlOf(clone.document.cloneOf);
            if (source === undefined || source === '') {
              unknown += 1;
              continue;
            }
            resolved += 1;
            change.update(clone, withKey(context.layout, withSource(clone.document, source)));
          }
        });
      }
    },

    absentees(discoveryRun, after, limit) {
      requireMarks(discoveryRun);
      return seen.absentees(after ?? '', Math.min(limit, rowsPerTransaction));
    },

    countAbsentees(discoveryRun) {
      requireMarks(discoveryRun);
      const { documents: all, states } = tables.counts.read();
      const present = all - states.deleted;
      return { absent: present - (present === 0 ? 0 : seen.count()), present };
    },

    markDeleted: (run, ids) =>
      write((change) => {
        let deleted = 0;
        for (const id of ids) {
          const found = documents.find(id);
          if (found?.document.record !== 'present') continue;
          change.update(found, waiting({ ...found.document, record: 'deleted' }));
          seen.unmark(found.row);
          deleted += 1;
        }
        tables.runs.add(run, { deleted }, now());
        return deleted;
      }),

    markSeen(discoveryRun, ids) {
      requireMarks(discoveryRun);
      return write(() => {
        let marked = 0;
        for (const id of ids) {
          const found = documents.find(id);
          if (found?.document.record !== 'present') continue;
          seen.mark(found.row);
          marked += 1;
        }
        return marked;
      });
    },

    setWatermark(watermark) {
      write(() => {
        if (tables.runs.byId(watermark.runId)?.scope !== undefined) {
          throw new Failure('A run over a part of the documents cannot advance the watermark.', {
            code: 'watermark-of-scoped-run',
          });
        }
        tables.identity.setWatermark(watermark);
      });
    },
  };
}

function recordPage(context: WriterContext, change: Change, page: DiscoveredPage): DiscoveryCounts {
  const { tables, now } = context;
  const { run, documents, position } = page;
  const marks = position?.mode === 'full';
  if (marks && tables.seen.by() !== position.discovery) tables.seen.begin(position.discovery);
  const counts = { created: 0, replaced: 0, unchanged: 0, deleted: 0 };
  for (const found of documents) counts[recordOne(context, change, found, marks)] += 1;
  tables.runs.add(run, { discovered: documents.length, ...counts }, now());
  if (position !== undefined && page.more !== true) tables.runs.heartbeat(run, position, now());
  return counts;
}

function recordOne(context: WriterContext, change: Change, found: OrgDocument, mark: boolean): keyof DiscoveryCounts {
  const { documents, seen } = context.tables;
  const known = documents.find(found.id);
  const url: FoundUrl = isKnownLink(known?.document, found.url)
    ? { kind: 'own-link', url: found.url }
    : foundUrl(found.id, found.url, context.parseOurLink, documents.originalUrlOf);
  const file = foundFile(found, context.layout.prefix, context.parseOurLink);
  const { result, document } = rediscover(known?.document, found, url, file);
  if (document === undefined) return result;

  const row = known?.row ?? change.insert(withKey(context.layout, document));
  if (known === undefined) keepFormerFile(context, document, file);
  else {
    if (result === 'replaced') replaceRevision(context, change, known, document);
    else {
      const keyed = withKey(context.layout, document);
      if (!isEqual(known.document, keyed)) change.update(known, keyed);
    }
  }
  if (mark) {
    if (document.record === 'present') seen.mark(row);
    else seen.unmark(row);
  }
  return result;
}

/** The object of a revision that the record was switched to before this one is no stranger's. */
function keepFormerFile({ tables, now }: WriterContext, document: StoredDocument, file: FoundFile | undefined): void {
  if (file === undefined || file.revision >= document.revision) return;
  const { key, revision, originalUrl = '' } = file;
  tables.revisions.insert({ ...document, ...nothingCopied, copy: 'discovered', key, revision, originalUrl }, now());
}

/** A link that another program wrote has no form of ours; that it is one stands in the catalog. */
function isKnownLink(known: StoredDocument | undefined, url: string): boolean {
  if (known?.divergingUrl !== url) return false;
  return known.link === 'outdated' || (known.link === 'ours' && known.adopted);
}

/** Most documents of a full discovery are as they were: nothing is written for them. */
function isEqual(a: StoredDocument, b: StoredDocument): boolean {
  return (Object.keys(a) as (keyof StoredDocument)[]).every((name) => a[name] === b[name]);
}
