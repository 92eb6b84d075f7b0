import { expect } from 'chai';
import { EnvironmentError, readEnvironment } from '../../middleware/src/environment.ts';
import { linkSigner } from './link-signer.ts';
import { environment, variables } from './settings.ts';

describe('The environment of the redirect service', () => {
  it('needs ten variables and has a default for every other', () => {
    const read = environment();
    expect(read.REDIRECT_SIGNED_URL_SECONDS).to.equal(120);
    expect(read.REDIRECT_ACCESS_CACHE_SECONDS).to.equal(30);
    expect(read.REDIRECT_TRUST_PROXY).to.equal(false);
    expect(read.REDIRECT_EXTERNAL_USERS_WHERE).to.equal(undefined);
    expect(Object.keys(problemsOf({}))).to.have.length(10);
  });

  it('says every problem at once, each with its variable', () => {
    const problems = problemsOf({
      ...variables(),
      REDIRECT_PUBLIC_URL: 'http://files.example.com',
      REDIRECT_ORG_ID: '00D000000000062EAB',
      REDIRECT_BUCKET: 'No Bucket',
      REDIRECT_PORT: '80a',
      REDIRECT_PROCESSES: 'many',
      REDIRECT_CORS_ORIGINS: 'https://a.example, ftp://b.example',
      REDIRECT_ORIGINAL_HOSTS: '*.amazonaws.com',
      REDIRECT_TRUST_PROXY: 'true',
    });
    expect(problems).to.have.keys([
      'REDIRECT_PUBLIC_URL',
      'REDIRECT_ORG_ID',
      'REDIRECT_BUCKET',
      'REDIRECT_PORT',
      'REDIRECT_PROCESSES',
      'REDIRECT_CORS_ORIGINS',
      'REDIRECT_ORIGINAL_HOSTS',
      'REDIRECT_TRUST_PROXY',
    ]);
    expect(problems.REDIRECT_PUBLIC_URL).to.include('https');
    expect(problems.REDIRECT_ORG_ID).to.include('should be EAA');
  });

  it('never shows a secret, however wrong it is', () => {
    const secret = 'k1:bm90LWxvbmctZW5vdWdoLWNhbmFyeQ==';
    expect(messageOf({ ...variables(), REDIRECT_SESSION_KEYS: secret })).not.to.include('bm90');
  });

  it('points at a misspelt variable, and takes an empty one as not set', () => {
    expect(problemsOf({ ...variables(), REDIRECT_ACESS_CACHE_SECONDS: '5' })).to.have.keys([
      'REDIRECT_ACESS_CACHE_SECONDS',
    ]);
    expect(environment({ REDIRECT_S3_ENDPOINT: '' }).REDIRECT_S3_ENDPOINT).to.equal(undefined);
  });

  it('takes session keys in the order in which they seal, each id once', () => {
    const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
    const { REDIRECT_SESSION_KEYS: keys } = environment({ REDIRECT_SESSION_KEYS: `new:${key(1)}, old:${key(2)}` });
    expect(keys.map(({ id }) => id)).to.deep.equal(['new', 'old']);
    expect(problemsOf({ ...variables(), REDIRECT_SESSION_KEYS: `a:${key(1)},a:${key(2)}` })).to.have.keys([
      'REDIRECT_SESSION_KEYS',
    ]);
  });

  it('takes the proxies in front as a number or as networks, never as "everybody"', () => {
    expect(environment({ REDIRECT_TRUST_PROXY: '2' }).REDIRECT_TRUST_PROXY).to.equal(2);
    expect(environment({ REDIRECT_TRUST_PROXY: '10.0.0.0/8, ::1' }).REDIRECT_TRUST_PROXY).to.deep.equal([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(environment({ REDIRECT_TRUST_PROXY: 'none' }).REDIRECT_TRUST_PROXY).to.equal(false);
  });

  it('wants certificate and page of link tokens together, and a certificate that is still good', async () => {
    const { certificate } = await linkSigner();
    const expired = await linkSigner({ notAfter: new Date('2020-01-02') });
    expect(problemsOf({ ...variables(), REDIRECT_LINK_CERTIFICATE: certificate })).to.have.keys(['REDIRECT_LINK_PAGE']);
    const page = { REDIRECT_LINK_PAGE: '/apex/FileMigrationOpen' };
    const escaped = certificate.replaceAll('\n', '\\n');
    expect(environment({ ...page, REDIRECT_LINK_CERTIFICATE: escaped }).REDIRECT_LINK_CERTIFICATE).to.have.length(1);
    expect(
      problemsOf({ ...variables(page), REDIRECT_LINK_CERTIFICATE: expired.certificate }).REDIRECT_LINK_CERTIFICATE,
    ).to.include('expired');
    expect(
      problemsOf({ ...variables(), REDIRECT_LINK_CERTIFICATE: certificate, REDIRECT_LINK_PAGE: '//evil.example/x' }),
    ).to.have.keys(['REDIRECT_LINK_PAGE']);
  });
});

function problemsOf(given: Readonly<Record<string, string>>): Record<string, string> {
  try {
    readEnvironment(given);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return Object.fromEntries(error.problems.map(({ variable, problem }) => [variable, problem]));
  }
  throw new Error('The environment was accepted.');
}

function messageOf(given: Readonly<Record<string, string>>): string {
  try {
    readEnvironment(given);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
