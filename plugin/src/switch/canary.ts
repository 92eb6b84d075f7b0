import { setTimeout as sleep } from 'node:timers/promises';
import type { UndoableRow } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { Run, RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { UpdateContext } from '../jobs/update-context.ts';
import { readLinks } from '../jobs/link-fields.ts';
import { countOf } from '../format/quantity.ts';

/** How many runs back are looked at. */
const lookBack = 200;
const pageRows = 500;

/** Where this catalog stands with its canary. */
export type CanaryState =
  /** Its rows were read a second time, and what came after them was written. */
  | { readonly kind: 'passed' }
  /** This run, which stopped or died, has written it; nobody has read it again. */
  | { readonly kind: 'written'; readonly run: Run }
  /** None was written, the last one did not pass, or not all of its links stand any more. */
  | { readonly kind: 'due' };

/**
 * By the newest run that has switched something: only a canary that passed lets a run write more than its rows.
 * @param present the run that asks, if any: its own rows are not looked at
 */
export async function canaryState(catalog: CatalogReader, canaryRows: number, present?: RunId): Promise<CanaryState> {
  for (const run of await catalog.runs(lookBack)) {
    if (run.type !== 'switch' || run.id === present) continue;
    const rows = await switchedBy(catalog, run.id);
    if (rows === 0) continue;
    if (rows > canaryRows) return { kind: 'passed' };
    switch (run.status) {
      case 'completed':
      case 'completed_with_failures':
        return { kind: 'passed' };
      case 'running':
      case 'stopped':
      case 'interrupted':
        // restored by something in the org, rolled back, edited: what no longer stands proves nothing when read again
        return (await writtenBy(catalog, run.id)).length < rows ? { kind: 'due' } : { kind: 'written', run };
      case 'failed':
        return { kind: 'due' };
    }
  }
  return { kind: 'due' };
}

/** How many documents a run has put a link on, those that were rolled back since included. */
export async function switchedBy(catalog: CatalogReader, run: RunId): Promise<number> {
  return (await catalog.journalCounts(run))
    .filter(({ operation, state }) => operation === 'switch' && (state === 'confirmed' || state === 'superseded'))
    .reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Reads what a run has written so far a second time, when some minutes have passed, because some automation restores
 * URLs late.
 * @param waitMs how long to wait before that
 * @returns the rows that it has written; none: there was nothing to read, and nothing is proved
 * @throws Failure `restored-in-org` (stop) when records hold their old URL again
 */
export async function rereadCanary(
  context: UpdateContext,
  run: RunId,
  waitMs: number,
): Promise<readonly UndoableRow[]> {
  const written = await writtenBy(context.catalog, run);
  if (written.length === 0) return written;
  if (waitMs > 0) {
    context.progress.jobIs({ kind: 'canary-wait', forMs: waitMs });
    await context.wait.within(sleep(waitMs, undefined, { signal: context.signal }));
    context.progress.jobIs(undefined);
  }
  const found = await readLinks(
    context.org,
    context.names,
    written.map(({ document }) => document),
  );
  const restored = written
    // where only the key was renewed there is no old URL to come back
    .filter(({ before, after }) => before.url !== after.url)
    .filter(({ document, before }) => found.get(document)?.url === before.url)
    .map(({ document }) => document);
  const [example] = restored;
  if (example === undefined) return written;
  throw new Failure(
    `${countOf(restored.length, 'record')} of the canary hold their old URL again, for example ${example}: ` +
      'something in the org (a flow, a trigger, the vendor’s own job) restores it.',
    {
      code: 'restored-in-org',
      actions: [
        'Find the automation that writes the URL field, and stop it',
        'Then bring the catalog up to date: sf migrate files backup',
      ],
    },
  );
}

/** The links that a run has put on records and that stand there still, by the journal. */
async function writtenBy(catalog: CatalogReader, run: RunId): Promise<UndoableRow[]> {
  const written: UndoableRow[] = [];
  for (const { accountId: account } of await catalog.writtenAccounts(run)) {
    let after = 0;
    for (;;) {
      const page = await catalog.undoable({ account, after, limit: pageRows, run });
      written.push(...page);
      after = page.at(-1)?.cursor ?? after;
      if (page.length < pageRows) break;
    }
  }
  return written;
}
