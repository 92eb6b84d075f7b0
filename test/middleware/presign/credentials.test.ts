import { expect } from 'chai';
import { Credentials, CredentialsError } from '../../../middleware/src/presign/credentials.ts';
import { Signer } from '../../../middleware/src/presign/signer.ts';
import { objectKey } from '@file-migration/config';

type Identity = { accessKeyId: string; secretAccessKey: string; expiration?: Date; originalExpiration?: Date };

const soon = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
const identity = (accessKeyId: string, expiration?: Date): Identity => ({
  accessKeyId,
  secretAccessKey: 's',
  ...(expiration === undefined ? {} : { expiration }),
});

/** Hands out one after the other, then the last one for ever. */
function source(...identities: Identity[]): {
  readonly asked: boolean[];
  readonly get: (options?: { forceRefresh: boolean }) => Promise<Identity>;
} {
  const asked: boolean[] = [];
  const get = (options?: { forceRefresh: boolean }): Promise<Identity> => {
    asked.push(options?.forceRefresh ?? false);
    const next = identities.length > 1 ? identities.shift() : identities[0];
    return next === undefined ? Promise.reject(new Error('none')) : Promise.resolve(next);
  };
  return { asked, get };
}

async function signed(
  get: (options?: { forceRefresh: boolean }) => Promise<Identity>,
): Promise<{ life: number; by: string; expiresAt: Date }> {
  const signer = await Signer.create({
    bucket: 'customer-files',
    region: 'us-east-1',
    endpoint: undefined,
    pathStyle: false,
    seconds: 120,
    credentials: get,
  });
  await signer.credentials.live(15, 15);
  const { url, expiresAt } = await signer.sign({
    method: 'GET',
    key: objectKey('uploads/a0X000000000001AAA/x.pdf'),
    contentType: 'application/pdf',
    contentDisposition: 'inline',
  });
  const query = new URL(url).searchParams;
  return {
    life: Number(query.get('X-Amz-Expires')),
    by: query.get('X-Amz-Credential')?.split('/')[0] ?? '',
    expiresAt,
  };
}

describe('Credentials that expire', () => {
  it('threat "dying URL": with 20 s left, newer ones are fetched and sign', async () => {
    const { life, by } = await signed(source(identity('dying', soon(20)), identity('fresh', soon(3600))).get);
    expect({ life, by }).to.deep.equal({ life: 120, by: 'fresh' });
  });

  it('threat "dying URL": with 20 s left and no newer ones, the URL lives 20 s at most and says so', async () => {
    const { life, expiresAt } = await signed(source(identity('dying', soon(20))).get);
    expect(life).to.be.within(15, 20);
    expect(expiresAt.getTime()).to.be.at.most(soon(20).getTime());
  });

  it('threat "dying URL": with less than 15 s left, or expired, nothing is signed', async () => {
    for (const seconds of [10, 0, -600]) {
      const failure = await new Credentials(source(identity('dead', soon(seconds))).get)
        .live(120, 15)
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(CredentialsError);
    }
  });

  it('threat "dying URL": does not believe an expiration that a provider has extended because its source is down', async () => {
    const extended = { ...identity('extended', soon(3600)), originalExpiration: soon(-60) };
    const failure = await new Credentials(source(extended).get).live(120, 15).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(CredentialsError);
  });

  it('refreshes ahead of time, without letting anybody wait', async () => {
    const { asked, get } = source(identity('ageing', soon(200)), identity('fresh', soon(3600)));
    const credentials = new Credentials(get);
    expect((await credentials.live(120, 15)).identity.accessKeyId).to.equal('ageing');
    expect(asked).to.deep.equal([false]);
  });

  it('asks once for many signatures at once, and leaves a source that has nothing alone for a while', async () => {
    const { asked, get } = source();
    const credentials = new Credentials(get);
    const failures = await Promise.allSettled(Array.from({ length: 50 }, () => credentials.live(120, 15)));
    await credentials.live(120, 15).catch(() => undefined);
    expect(failures.every(({ status }) => status === 'rejected')).to.equal(true);
    expect(asked).to.have.length(1);
  });

  it('keeps credentials without an end for ever', async () => {
    const { asked, get } = source(identity('static'));
    const credentials = new Credentials(get);
    for (let index = 0; index < 5; index++) expect((await credentials.live(120, 15)).secondsLeft).to.equal(Infinity);
    expect(asked).to.have.length(1);
  });
});
