import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import {
  addDocuments,
  migrationWorld,
  TARGET,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

describe('multipart uploads that a killed process has left', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld();
    await addDocuments(world, 3);
    await world.run();
  });
  afterEach(() => world.close());

  async function begin(...keys: readonly string[]): Promise<void> {
    const { url: endpoint, region, credentials } = world.store;
    const [admin] = credentials;
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: admin });
    for (const Key of keys) await client.send(new CreateMultipartUploadCommand({ Bucket: TARGET, Key }));
    client.destroy();
  }

  function left(): string[] {
    return world.store.unfinishedUploads(TARGET).map(({ key }) => key);
  }

  async function knownKey(): Promise<string> {
    const [document] = await world.look((catalog) => catalog.documents({ limit: 1 }));
    return document?.key ?? '';
  }

  it('are aborted by the next complete run, and nobody else’s', async () => {
    const known = await knownKey();
    const others = ['uploads/somebody/else’s & all.pdf', 'elsewhere/a.pdf'];
    await begin(known, known, ...others);
    await world.run();
    expect(left().toSorted()).to.deep.equal(others.toSorted());
  });

  it('stay where a run is for a part of the documents only', async () => {
    const known = await knownKey();
    await begin(known);
    await world.run({ limit: 1 });
    expect(left()).to.deep.equal([known]);
  });

  it('do not keep a run from completing where they may not be listed', async () => {
    await begin(await knownKey());
    world.store.setFaults([
      { match: { operation: 'ListMultipartUploads' }, fault: { kind: 'error', code: 'AccessDenied' } },
    ]);
    expect((await world.run()).status).to.equal('completed');
    expect(left()).to.have.length(1);
  });
});
