import type { DocumentId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import { count, share } from '../format/quantity.ts';

/** Documents re-read by id at a time. */
const pageSize = 400;
/** Below this many, absentees never stop a run: one percent of a small org is a single document. */
const alwaysAccepted = 10;

export type Sweep = { readonly deleted: number; readonly lateSeen: number };

/**
 * Reconciles the documents that a full discovery did not bring: each is read again by id. One that is there was only late;
 * one in the recycle bin is deleted; one that the org does not know is deleted for good or hidden from this user.
 *
 * Nothing is marked deleted while too many are absent, because a user who has lost sharing sees the same picture.
 * @throws Failure `too-many-absent` (stop) when more than `absentShareStop` of the known documents cannot be seen
 */
export async function sweep(
  { catalog, org }: { catalog: Catalog; org: Org },
  { run, discovery, absentShareStop }: { run: RunId; discovery: RunId; absentShareStop: number },
  signal: AbortSignal,
): Promise<Sweep> {
  const known = await catalog.countAbsentees(discovery);
  if (known.absent === 0) return { deleted: 0, lateSeen: 0 };

  let deleted = 0;
  let lateSeen = 0;
  for await (const page of absentees(catalog, discovery)) {
    signal.throwIfAborted();
    const found = { present: [] as DocumentId[], deleted: [] as DocumentId[] };
    for await (const documents of org.readDocuments(page)) {
      for (const document of documents) found[document.deleted ? 'deleted' : 'present'].push(document.id);
    }
    lateSeen += await catalog.markSeen(discovery, found.present);
    deleted += await catalog.markDeleted(run, found.deleted);
  }

  const hidden = await catalog.countAbsentees(discovery);
  const limit = Math.max(alwaysAccepted, hidden.present * absentShareStop);
  if (hidden.absent > limit) throw tooManyAbsent(hidden, absentShareStop);
  for await (const page of absentees(catalog, discovery)) {
    signal.throwIfAborted();
    deleted += await catalog.markDeleted(run, page);
  }
  return { deleted, lateSeen };
}

async function* absentees(catalog: Catalog, discovery: RunId): AsyncGenerator<DocumentId[]> {
  let after: DocumentId | undefined;
  for (;;) {
    const page = await catalog.absentees(discovery, after, pageSize);
    if (page.length === 0) return;
    yield page;
    after = page.at(-1);
  }
}

function tooManyAbsent({ absent, present }: { absent: number; present: number }, limit: number): Failure {
  return new Failure(
    `${count(absent)} of ${count(present)} known documents (${share(absent, present)}) cannot be seen in the org any more, ` +
      `and they are not in the recycle bin; up to ${share(limit, 1)} are taken for deleted. ` +
      'A user who has lost access to them would see the same, so nothing was marked as deleted.',
    {
      code: 'too-many-absent',
      actions: [
        'Check that the user still has View All on the document object: sf migrate files doctor',
        'If they were really deleted, raise backup.absentShareStop in migration.json for one run, then run: sf migrate files backup',
      ],
    },
  );
}
