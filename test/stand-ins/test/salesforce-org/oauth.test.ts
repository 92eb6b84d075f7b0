import { expect } from 'chai';
import { randomBytes, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { defaultUsers } from '../../salesforce-org/access/users.ts';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { idFrom, restCall } from './calls.ts';

const redirectUri = 'http://127.0.0.1:4711/oauth/callback';
const alice = 'alice@file-migration.example';
const UNAPPROVED = 'unapproved@file-migration.example';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('the simulated org, OAuth', () => {
  let org: SalesforceOrg;
  before(async () => {
    org = await startSalesforceOrg({
      users: [...defaultUsers, { username: UNAPPROVED, permissionSets: [] }],
      clients: [
        {
          clientId: 'redirect',
          clientSecret: 'secret',
          redirectUris: [redirectUri],
          scopes: ['openid', 'api', 'refresh_token'],
          permissionSet: 'File_Migration_User',
          runAs: alice,
        },
        {
          clientId: 'pipeline',
          redirectUris: [],
          publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        },
      ],
    });
  });
  after(() => org.close());

  // the org speaks plain http on loopback
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const insecure = oidc.allowInsecureRequests;
  const discover = (): Promise<oidc.Configuration> =>
    oidc.discovery(new URL(org.url), 'redirect', 'secret', undefined, { execute: [insecure] });

  async function signInByCode(changes: Record<string, string> = {}): Promise<{ callback: URL; verifier: string }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const address = oidc.buildAuthorizationUrl(await discover(), {
      redirect_uri: redirectUri,
      scope: 'openid api refresh_token',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      login_hint: alice,
      ...changes,
    });
    const answer = await fetch(address, { redirect: 'manual' });
    return { callback: new URL(answer.headers.get('location') ?? 'http://nowhere'), verifier };
  }

  it('signs a user in by code and PKCE, with an ID token that openid-client accepts', async () => {
    const config = await discover();
    const { callback, verifier } = await signInByCode();
    const tokens = await oidc.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: verifier,
      expectedState: 'the-state',
      expectedNonce: 'the-nonce',
    });
    expect(tokens.claims()?.sub).to.match(new RegExp(`/id/${org.orgId}/005`));
    const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(info.preferred_username).to.equal(alice);
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(again.access_token).to.not.equal(tokens.access_token);
  });

  it('takes a code once, and only with its verifier', async () => {
    const config = await discover();
    const first = await signInByCode();
    const redeem = (pkceCodeVerifier: string): Promise<unknown> =>
      oidc.authorizationCodeGrant(config, first.callback, {
        pkceCodeVerifier,
        expectedState: 'the-state',
        expectedNonce: 'the-nonce',
      });
    expect(await failure(redeem(oidc.randomPKCECodeVerifier()))).to.equal('invalid_grant');
    expect(await failure(redeem(first.verifier))).to.equal('invalid_grant');
  });

  it('sends back whoever is not approved, and nobody to a foreign address', async () => {
    const denied = await signInByCode({ login_hint: UNAPPROVED });
    expect(denied.callback.searchParams.get('error')).to.equal('OAUTH_APP_ACCESS_DENIED');
    const foreign = await signInByCode({ redirect_uri: 'http://evil.example/callback' });
    expect(foreign.callback.href).to.equal('http://nowhere/');
    const silent = await signInByCode({ login_hint: '', prompt: 'none' });
    expect(silent.callback.searchParams.get('error')).to.equal('login_required');
  });

  it('remembers who is signed in at a browser by a cookie', async () => {
    const login = await fetch(`${org.url}/stand-in/login?user=${alice}&retURL=//evil.example/`, { redirect: 'manual' });
    expect(login.headers.get('location')).to.equal('/');
    const query = new URLSearchParams({ response_type: 'code', client_id: 'redirect', redirect_uri: redirectUri });
    const answer = await fetch(`${org.url}/services/oauth2/authorize?${query.toString()}`, {
      redirect: 'manual',
      headers: { Cookie: login.headers.getSetCookie()[0]?.split(';')[0] ?? '' },
    });
    expect(answer.headers.get('location')).to.match(/\?code=aPrx/);
  });

  it('introspects and revokes tokens', async () => {
    const config = await discover();
    const tokens = await oidc.clientCredentialsGrant(config);
    expect(await oidc.tokenIntrospection(config, tokens.access_token)).to.include({ active: true, username: alice });
    await oidc.tokenRevocation(config, tokens.access_token);
    expect(await oidc.tokenIntrospection(config, tokens.access_token)).to.deep.equal({ active: false });
    expect((await restCall(org, tokens.access_token, '/limits')).status).to.equal(401);
  });

  it('answers a JWT bearer assertion of a known key alone', async () => {
    const grant = async (key: typeof keys.privateKey): Promise<Response> => {
      const assertion = await new SignJWT({ iss: 'pipeline', sub: alice, aud: org.url })
        .setProtectedHeader({ alg: 'RS256' })
        // the sf CLI writes milliseconds
        .setExpirationTime(Date.now() + 300_000)
        .sign(key);
      const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
      return fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body });
    };
    expect(await (await grant(keys.privateKey)).json()).to.include({ instance_url: org.url });
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect((await grant(stranger)).status).to.equal(400);
  });
});

describe('the simulated org, who sees what', () => {
  const users = [
    { username: 'admin@x.example', profile: 'admin' as const },
    { username: 'ann@x.example' },
    { username: 'ben@x.example', fields: { 'DocListEntry__c.File_Key__c': 'none' as const } },
    {
      username: 'rae@x.example',
      restrictionRules: [{ object: 'DocListEntry__c', where: "Visibility__c != 'Secret'" }],
    },
    { username: 'ext@x.example', profile: 'external' as const },
    { username: 'off@x.example', apiEnabled: false },
  ];
  let org: SalesforceOrg;
  let documentId: string;
  beforeEach(async () => {
    org = await startSalesforceOrg({ users, limits: { apiRequests: 50 } });
    documentId = org.records.insertOne('DocListEntry__c', {
      Name: randomBytes(4).toString('hex'),
      Visibility__c: 'Secret',
    });
  });
  afterEach(() => org.close());

  const rows = async (username: string, fields = 'Id'): Promise<{ status: number; json: unknown }> =>
    restCall(org, username, `/query?q=SELECT ${fields} FROM DocListEntry__c WHERE Id = '${documentId}'`);

  it('hides a private document until it is shared, by query and by id alike', async () => {
    expect((await rows('ann@x.example')).json).to.include({ totalSize: 0 });
    expect((await restCall(org, 'ann@x.example', `/sobjects/DocListEntry__c/${documentId}`)).status).to.equal(404);
    org.records.share(documentId, 'ann@x.example');
    expect((await rows('ann@x.example')).json).to.include({ totalSize: 1 });
    expect((await rows('ben@x.example')).json).to.include({ totalSize: 0 });
  });

  it('hides by restriction rule in SOQL but not on retrieving by id', async () => {
    org.records.share(documentId, 'rae@x.example');
    expect((await rows('rae@x.example')).json).to.include({ totalSize: 0 });
    const read = await restCall(org, 'rae@x.example', `/sobjects/DocListEntry__c/${documentId}`);
    expect(idFrom(read.json)).to.equal(documentId);
    const access = `/query?q=SELECT HasReadAccess FROM UserRecordAccess WHERE UserId = '${org.userId('rae@x.example')}' AND RecordId = '${documentId}'`;
    expect((await restCall(org, 'rae@x.example', access)).json).to.have.nested.property(
      'records[0].HasReadAccess',
      true,
    );
  });

  it('refuses a query for a field the user may not read', async () => {
    const answer = await rows('ben@x.example', 'File_Key__c');
    expect(answer.status).to.equal(400);
    expect(answer.json).to.have.nested.property('[0].errorCode', 'INVALID_FIELD');
  });

  it('tells external users by their type', async () => {
    const query = "/query?q=SELECT UserType FROM User WHERE Username = 'ext@x.example'";
    expect((await restCall(org, 'ext@x.example', query)).json).to.have.nested.property(
      'records[0].UserType',
      'CspLitePortal',
    );
  });

  it('answers 403 to users without API and when the limit is spent, 401 after expiry', async () => {
    const off = await rows('off@x.example');
    expect([off.status, off.json]).to.deep.equal([
      403,
      [{ message: 'API is not enabled for this Organization or Partner', errorCode: 'API_DISABLED_FOR_ORG' }],
    ]);
    org.limits.used = 50;
    const spent = await rows('admin@x.example');
    expect(spent.status).to.equal(403);
    expect(spent.json).to.have.nested.property('[0].errorCode', 'REQUEST_LIMIT_EXCEEDED');
    org.expireSessions('ann@x.example');
    expect((await rows(org.accessTokens['ann@x.example'] ?? '')).status).to.equal(401);
  });
});

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as oidc.ResponseBodyError).error;
  }
}
