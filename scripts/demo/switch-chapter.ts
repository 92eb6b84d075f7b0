import type { AccountId } from '@file-migration/config';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import { countOf } from '../../plugin/src/format/quantity.ts';
import { accountsOf, lookIntoCatalog } from './catalog-look.ts';
import { fileWithUrl, visits } from './visits.ts';
import type { Stage } from './stage.ts';
import { alice, type World } from './world.ts';

/** Phase 2: users end up on the own bucket, in waves; what somebody wrote meanwhile is kept. */
export async function switchChapter(stage: Stage): Promise<void> {
  const { world, say, run } = stage;
  say(`\nPhase 2. A redirect service runs at ${world.redirect.url} and asks the org, as the user, who may see what.`);
  await run('verify');
  await run('switch');

  const { pilot, clicked, edited } = await cast(world);
  say(`\nOne account first: ${pilot.name}, ${countOf(pilot.documents, 'document')}.`);
  await run('switch', '--account', pilot.id, '--execute');
  await visits(stage, clicked, 'switched');

  const own = fileWithUrl(world);
  say(
    `\nNow all the others. While the job runs, a user gives "${edited.name}" a new file. The guard rule in the org refuses\n` +
      'our write on it; what the user wrote stays, and the next backup takes the new file in.',
  );
  world.org.setFaults([
    {
      match: { operation: 'ingest.job', times: 1 },
      fault: { kind: 'edit', id: edited.id, fields: { Document__c: own }, username: alice },
    },
  ]);
  await run('switch', '--execute');
  world.org.setFaults([]);
  await run('backup');
  await run('status');
}

/** And back: one account, then all. The links that were sent around meanwhile go on working. */
export async function rollbackChapter(stage: Stage): Promise<void> {
  const { world, say, run } = stage;
  const { pilot, clicked } = await cast(world);
  say(`\nBack again, first ${pilot.name} alone.`);
  await run('rollback', '--from-database', '--account', pilot.id, '--execute');
  await visits(stage, clicked, 'rolled back');
  say('\nThen all the others. A URL that is no longer ours is not touched.');
  await run('rollback', '--from-database', '--execute');
}

type Cast = {
  readonly pilot: { readonly id: AccountId; readonly name: string; readonly documents: number };
  /** Of the pilot account. */
  readonly clicked: CatalogDocument;
  /** Of another account. */
  readonly edited: CatalogDocument;
};

/** Who plays: the account with the second most documents, one of its PDFs, and one of another account. */
async function cast(world: World): Promise<Cast> {
  return lookIntoCatalog(world, async (catalog) => {
    const [largest, second] = (await accountsOf(catalog)).filter(({ accountId }) => accountId !== undefined);
    const some = async (accountId: AccountId | undefined): Promise<CatalogDocument | undefined> => {
      const documents = await catalog.documents({
        limit: 100,
        states: ['verified', 'switched'],
        ...(accountId !== undefined && { accountId }),
      });
      return documents.find(({ name }) => /^[\w .-]{8,40}\.pdf$/.test(name));
    };
    const [clicked, edited] = [await some(second?.accountId), await some(largest?.accountId)];
    if (second?.accountId === undefined || clicked === undefined || edited === undefined) {
      throw new Error('The simulated org is too small for this demo: it has no two accounts with a PDF.');
    }
    const { accountId: id, accountName: name = id, documents } = second;
    return { pilot: { id, name, documents }, clicked, edited };
  });
}
