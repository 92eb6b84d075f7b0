import { ROLLBACK_FOLDER, type MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import { openPublications } from '../org/publications.ts';
import type { OrgSession } from '../org/session.ts';
import type { Storage } from '../storage/storage.ts';

/** Where a catalog leaves traces of what it has done; each as far as a command has it open. */
export type CatalogTraces = {
  readonly session?: OrgSession;
  readonly storage?: Storage;
  readonly signal: AbortSignal;
};

/**
 * Refuses a copy of the catalog that is older than what the catalog has done since: the org's run rows and the rollback
 * lines in the bucket tell its later runs and jobs. An org or bucket that does not answer tells nothing.
 * @throws Failure `catalog-outdated` (stop)
 */
export async function requireNewestCatalog(
  catalog: CatalogReader,
  { catalog: { file }, key: { prefix } }: MigrationConfig,
  { session, storage, signal }: CatalogTraces,
): Promise<void> {
  const { uuid } = catalog.identity;
  const [published, job] = await Promise.all([
    session && told(newestPublishedRun(session, uuid, signal)),
    storage && told(newestJob(storage, `${prefix}${ROLLBACK_FOLDER}${uuid}/`, signal)),
  ]);
  signal.throwIfAborted();
  // behind the traces: whoever works on the catalog now writes into it before it leaves one
  const [[run], known] = await Promise.all([catalog.runs(1), catalog.newestJob()]);
  if (published !== undefined && published > (run?.id ?? 0)) {
    throw outdated(file, `ends with ${nameOf('run', run?.id)}, and Salesforce shows its run ${published}`);
  }
  if (job !== undefined && job > (known ?? 0)) {
    throw outdated(
      file,
      `ends with ${nameOf('job', known)}, and the bucket holds the rollback lines of its job ${job}`,
    );
  }
}

async function newestPublishedRun(session: OrgSession, uuid: string, signal: AbortSignal): Promise<number | undefined> {
  const publications = openPublications({ session, signal });
  try {
    return (await publications.runs(uuid, 1))[0]?.run;
  } finally {
    await publications.close();
  }
}

/** The highest number in the names that `sendJob` gives rollback lines. */
async function newestJob(storage: Storage, folder: string, signal: AbortSignal): Promise<number | undefined> {
  let newest: number | undefined;
  for await (const { key } of storage.listTarget(folder, signal)) {
    const number = /\/run-\d+\/job-(\d+)\.json$/.exec(key)?.[1];
    if (number !== undefined) newest = Math.max(newest ?? 0, Number(number));
  }
  return newest;
}

/** What cannot be asked is no reason to refuse the work: the work itself will meet it. */
async function told<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function nameOf(what: 'run' | 'job', number: number | undefined): string {
  return number === undefined ? `no ${what} at all` : `${what} ${number}`;
}

function outdated(file: string, why: string): Failure {
  return new Failure(
    `The catalog ${file} is an older copy: it ${why}. Working with it would repeat what was done since, and undo nothing of it.`,
    {
      code: 'catalog-outdated',
      actions: ['Put the newest copy of the catalog back', 'Or rebuild it: sf migrate files recover'],
    },
  );
}
