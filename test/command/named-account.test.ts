import { expect } from 'chai';
import { accountId } from '@file-migration/config';
import { accountInCatalog, accountInOrg } from '../../plugin/src/command/named-account.ts';
import {
  discover,
  foundMany,
  newRun,
  accountOf,
  catalogWorld,
  type CatalogWorld,
} from '@file-migration/kit/catalog/catalog-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

describe('The account that --account names', () => {
  let o: OrgWorld;
  let c: CatalogWorld;

  before(async () => {
    o = await orgWorld();
    c = await catalogWorld();
  });

  after(async () => {
    await o.close();
    await c.close();
  });

  it('is an id, or the exact name of one account in the org', async () => {
    const id = accountId(o.standIn.records.insertOne('Account', { Name: "O'Hara \\ Söhne" }));
    expect(await accountInOrg(o.org, "O'Hara \\ Söhne")).to.equal(id);
    expect(await accountInOrg(o.org, id.slice(0, 15))).to.equal(id);
    const failure = await failureOf(accountInOrg(o.org, "O'Hara"));
    expect([failure.code, failure.actions]).to.deep.equal([
      'wrong-use',
      ['List the accounts with documents: sf migrate files accounts'],
    ]);
    expect(failure.message).to.equal('No account is called "O\'Hara", and it is no account id.');
  });

  it('is asked for by id where several in the org have that name', async () => {
    const ids = [1, 2].map(() => o.standIn.records.insertOne('Account', { Name: 'Twins' }));
    const failure = await failureOf(accountInOrg(o.org, 'Twins'));
    expect(failure.message).to.equal(`2 accounts are called "Twins": ${ids.toSorted().join(', ')}.`);
    expect(failure.actions).to.deep.equal(['Say which one by its id: --account <id>']);
    for (let n = 0; n < 4; n++) o.standIn.records.insertOne('Account', { Name: 'Twins' });
    expect((await failureOf(accountInOrg(o.org, 'Twins'))).message).to.match(
      /^More than 5 accounts are called "Twins": /,
    );
  });

  it('is found in the catalog without an org, however many accounts have a longer name of the same beginning', async () => {
    const catalog = await c.open();
    const run = await catalog.startRun(newRun);
    const nameOf = (n: number): string => (n === 1_199 ? 'Acme' : `Acme ${n}`);
    const documents = foundMany(1_200).map((document, n) => ({
      ...document,
      accountId: accountOf(n),
      accountName: nameOf(n),
    }));
    await discover(catalog, run, documents);
    expect(await accountInCatalog(catalog, 'Acme')).to.equal(accountOf(1_199));
    expect(await accountInCatalog(catalog, accountOf(7))).to.equal(accountOf(7));
    expect((await failureOf(accountInCatalog(catalog, 'Acm'))).message).to.equal(
      'The catalog knows no account called "Acm", and it is no account id.',
    );
  });
});
