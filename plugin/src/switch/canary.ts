import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentId } from '@file-migration/config';
import { Failure } from '../errors/failure.ts';
import { count, countOf } from '../text/quantity.ts';
import type { Intent, JobDesk } from '../jobs/job-desk.ts';
import { readLinks } from '../jobs/link-fields.ts';

/**
 * Reads the canary's records a second time, some minutes after they were written, because some automation restores URLs
 * late.
 * @throws Failure `restored-in-org` (stop) when records hold their old URL again
 */
export async function rereadCanary(desk: JobDesk, canary: readonly Intent[], afterMs: number): Promise<void> {
  desk.progress.jobIs(`canary: second look in ${count(Math.ceil(afterMs / 60_000))} min`);
  await desk.wait.within(sleep(afterMs, undefined, { signal: desk.signal }));
  desk.progress.jobIs(undefined);
  const written = await confirmedOf(desk, canary);
  const found = await readLinks(desk.org, desk.names, [...written.keys()]);
  const restored = [...written].filter(([id, before]) => found.get(id)?.url === before).map(([id]) => id);
  const [example] = restored;
  if (example === undefined) return;
  throw new Failure(
    `${countOf(restored.length, 'record')} of the canary hold their old URL again, for example ${example}: ` +
      'something in the org (a flow, a trigger, the vendor’s own job) restores it.',
    {
      code: 'restored-in-org',
      failureClass: 'stop',
      actions: [
        'Find the automation that writes the URL field, and stop it',
        'Then bring the catalog up to date: sf migrate files backup',
      ],
    },
  );
}

/** The URL that each record held before this run confirmed its link. */
async function confirmedOf({ catalog, run }: JobDesk, canary: readonly Intent[]): Promise<Map<DocumentId, string>> {
  const before = new Map<DocumentId, string>();
  for (const { document } of canary) {
    const row = (await catalog.journalOf(document)).at(-1);
    // where only the key was renewed there is no old URL to come back
    if (row?.run === run && row.state === 'confirmed' && row.before.url !== row.after.url)
      before.set(document, row.before.url);
  }
  return before;
}
