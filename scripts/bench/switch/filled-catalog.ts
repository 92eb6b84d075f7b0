import { accountId, documentId, organizationId, type AccountId } from '@file-migration/config';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { ClaimedDocument } from '../../../plugin/src/catalog/copy-queue.ts';
import type { CopyOutcome } from '../../../plugin/src/model/copy-outcome.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import type { Place } from '@file-migration/kit/migration/switch';

/** A document of the bench's org, as its catalog is to know it. */
export type BenchDocument = {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly url: string;
};

const pageSize = 2_000;
const day = 24 * 3_600_000;

/** What is written down about a copy and its source. */
type Facts = { readonly size: number; readonly etag: string };

/**
 * Fills a catalog as a backup would leave it, without any file being copied: a switch reads no file.
 * @param copied puts a file and its copy where they should be, for phases that look at them
 */
export async function fillCatalog(
  { org, config }: Place,
  documents: readonly BenchDocument[],
  copied: (document: ClaimedDocument) => Facts = () => ({ size: 1000, etag: 'd41d8cd98f00b204e9800998ecf8427e' }),
): Promise<void> {
  const catalog = await openCatalog(catalogOptions(config, organizationId(org.orgId), 'bench'));
  const run = await catalog.startRun({ type: 'backup', mode: 'full', command: 'bench', configSnapshot: {} });
  const at = Date.now();
  for (let start = 0; start < documents.length; start += pageSize) {
    const page = documents.slice(start, start + pageSize);
    await catalog.recordDiscovered({
      run,
      position: undefined,
      documents: page.map(({ id, name, account, url }) => ({
        id: documentId(id),
        name,
        accountId: owner(account),
        accountName: 'Bench',
        url,
        externalId: undefined,
        lastModifiedAt: at,
        systemModstamp: at,
        deleted: false,
      })),
    });
  }
  for (;;) {
    const claimed = await catalog.claim({ run, n: 500, worker: 'bench', ttlMs: day });
    if (claimed.length === 0) break;
    await catalog.recordOutcomes(
      run,
      claimed.map((document) => {
        const { id, revision, token } = document;
        return { id, revision, token, outcome: outcomeOf(copied(document)) };
      }),
    );
  }
  await catalog.finishRun(run, { status: 'completed' });
  await catalog.close();
}

function outcomeOf(facts: Facts): CopyOutcome {
  return {
    kind: 'copied',
    method: 'server-side-copy',
    verified: true,
    evidence: 'B',
    source: facts,
    target: facts,
    alreadyThere: false,
    substitute: false,
  };
}

function owner(id: string): AccountId {
  return accountId(id);
}
