import { MOST_PROOF_KEYS, REDIRECT_PROOF_PATH, redirectProof, type RedirectProof } from '@file-migration/config';
import { expect } from 'chai';
import { ALICE, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

/** Writes links: holds the migrator's custom permission. */
const MIGRATOR = 'integration@file-migration.example';

describe('The proof of what the redirect service serves', () => {
  let world: RedirectWorld;
  before(async () => {
    world = await redirectWorld();
  });
  after(() => world.close());
  afterEach(() => world.org.setFaults([]));

  const ask = (username: string | undefined, body?: unknown): Promise<Response> =>
    fetch(world.url + REDIRECT_PROOF_PATH, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(username === undefined ? {} : { authorization: `Bearer ${world.org.accessTokens[username] ?? ''}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const proofOf = async (answer: Response): Promise<RedirectProof> => redirectProof.parse(await answer.json());

  it('tells the migrator organization, object and fields, bucket, region, prefix, key layout and mode', async () => {
    const answer = await ask(MIGRATOR);
    expect(answer.status).to.equal(200);
    expect(await proofOf(answer)).to.deep.equal({
      publicUrl: world.url,
      formerUrls: [],
      organizationId: world.org.orgId,
      object: 'DocListEntry__c',
      fields: { name: 'Name', url: 'Document__c', key: 'File_Key__c', originalUrl: 'File_Original_Url__c' },
      idPrefix: world.org.documentIdPrefix,
      bucket: 'customer-files',
      region: world.store.region,
      endpoint: world.store.url,
      keyPrefix: 'uploads/',
      keyLayoutVersion: 1,
      mode: 's3',
      modeIsUsable: true,
      originalHosts: ['vendor-files.s3.us-east-1.amazonaws.com'],
      objects: [],
    });
    expect(world.lastDecision()).to.include({ decision: 'proved', via: 'bearer' });
  });

  it("answers for posted keys what the service's own role gets, in their order", async () => {
    const { key, id } = world.addDocument();
    const missing = `uploads/no-account/${id}/missing.pdf`;
    const elsewhere = key.replace('uploads/', 'private/');
    const { objects } = await proofOf(await ask(MIGRATOR, { keys: [missing, key, elsewhere, 'x'] }));
    expect(objects.map(({ key: asked, result }) => [asked, result])).to.deep.equal([
      // a role that may not list the bucket is not told which of the two it is
      [missing, 'denied'],
      [key, 'readable'],
      [elsewhere, 'refused'],
      ['x', 'refused'],
    ]);
    expect(objects[1]).to.include({ bytes: `%PDF-1.7 of ${id}`.length });
  });

  it('says denied when the role may not read, and unknown when the store does not answer', async () => {
    const denied = await redirectWorld({
      surroundings: { credentials: () => Promise.resolve({ accessKeyId: 'other', secretAccessKey: 'other' }) },
    });
    try {
      const { key } = denied.addDocument();
      const headers = {
        authorization: `Bearer ${denied.org.accessTokens[MIGRATOR] ?? ''}`,
        'content-type': 'application/json',
      };
      const request = { method: 'POST', headers, body: JSON.stringify({ keys: [key] }) };
      const first = await proofOf(await fetch(denied.url + REDIRECT_PROOF_PATH, request));
      expect(first.objects).to.deep.equal([{ key, result: 'denied' }]);
      await denied.store.close();
      const second = await proofOf(await fetch(denied.url + REDIRECT_PROOF_PATH, request));
      expect(second.objects[0]).to.include({ result: 'unknown', detail: 'ECONNREFUSED' });
    } finally {
      await denied.close().catch(() => undefined);
    }
  });

  it('tells nobody else: no token, a made-up one, a user without the permission, or while the org is down', async () => {
    expect((await ask(undefined)).status).to.equal(401);
    expect((await ask('nobody')).status).to.equal(401);
    const alice = await ask(ALICE);
    expect(alice.status).to.equal(403);
    expect(await alice.text())
      .to.include('File_Migration_Writer')
      .and.not.include('customer-files');
    const other = await redirectWorld();
    try {
      other.org.setFaults([{ match: { operation: 'query' }, fault: { kind: 'error', status: 500 } }]);
      const authorization = `Bearer ${other.org.accessTokens[MIGRATOR] ?? ''}`;
      expect((await fetch(other.url + REDIRECT_PROOF_PATH, { headers: { authorization } })).status).to.equal(503);
    } finally {
      await other.close();
    }
  });

  it('takes a hundred keys and no more, and says of a bad request what is wrong with it', async () => {
    const keys = Array.from({ length: MOST_PROOF_KEYS }, (_, index) => `uploads/a/a0X000000000001EAA/${index}.pdf`);
    expect((await proofOf(await ask(MIGRATOR, { keys }))).objects).to.have.length(MOST_PROOF_KEYS);
    for (const [body, message] of [
      [{ keys: [...keys, 'x'] }, /^keys: /],
      [{ keys: [1] }, /^keys\.0: /],
      [{ key: 'x' }, /keys: /],
      ['{', /./],
      [{ keys: ['x'.repeat(500_000)] }, /./],
    ] as const) {
      const answer = await ask(MIGRATOR, body);
      expect(answer.status).to.equal(400);
      expect(((await answer.json()) as { message: string }).message).to.match(message);
    }
  });
});
