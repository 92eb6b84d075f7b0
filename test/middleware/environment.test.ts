import { expect } from 'chai';
import { EnvironmentError, readEnvironment } from '../../middleware/src/environment.ts';
import { linkSigner } from '@file-migration/kit/redirect/link-signer';
import { environment, variables } from '@file-migration/kit/redirect/variables';

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
      REDIRECT_CORS_ORIGINS: 'https://a.example, ftp://b.example',
      REDIRECT_ORIGINAL_HOSTS: '*.amazonaws.com',
      REDIRECT_TRUST_PROXY: 'true',
    });
    expect(problems).to.have.keys([
      'REDIRECT_PUBLIC_URL',
      'REDIRECT_ORG_ID',
      'REDIRECT_BUCKET',
      'REDIRECT_PORT',
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

  it('wants to be told which of several session keys encrypts, and takes each id once', () => {
    const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
    const both = { REDIRECT_SESSION_KEYS: `old:${key(2)}, new:${key(1)}` };
    expect(problemsOf({ ...variables(), ...both }).REDIRECT_ENCRYPTING_KEY).to.include('keep naming the old one');
    expect(problemsOf({ ...variables(), ...both, REDIRECT_ENCRYPTING_KEY: 'other' })).to.have.keys([
      'REDIRECT_ENCRYPTING_KEY',
    ]);
    const { REDIRECT_SESSION_KEYS: keys } = environment({ ...both, REDIRECT_ENCRYPTING_KEY: 'old' });
    expect(keys.map(({ id }) => id)).to.deep.equal(['old', 'new']);
    expect(problemsOf({ ...variables(), REDIRECT_SESSION_KEYS: `a:${key(1)},a:${key(2)}` })).to.have.keys([
      'REDIRECT_SESSION_KEYS',
    ]);
  });

  it('says of a variable that is gone what to do instead', () => {
    expect(problemsOf({ ...variables(), REDIRECT_PROCESSES: 'cores' }).REDIRECT_PROCESSES).to.include(
      'more containers',
    );
  });

  it('is not misled by what Kubernetes says of Services whose names begin like ours', () => {
    const injected = {
      REDIRECT_SERVICE_HOST: '10.96.12.7',
      REDIRECT_SERVICE_PORT: '8080',
      REDIRECT_SERVICE_PORT_HTTP: '8080',
      REDIRECT_PORT: 'tcp://10.96.12.7:8080',
      REDIRECT_PORT_8080_TCP: 'tcp://10.96.12.7:8080',
      REDIRECT_PORT_8080_TCP_PROTO: 'tcp',
      REDIRECT_PORT_8080_TCP_PORT: '8080',
      REDIRECT_PORT_8080_TCP_ADDR: '10.96.12.7',
      REDIRECT_CACHE_SERVICE_HOST: '10.96.12.8',
      REDIRECT_CACHE_PORT: 'tcp://10.96.12.8:6379',
      REDIRECT_CACHE_PORT_6379_TCP: 'tcp://10.96.12.8:6379',
    };
    expect(environment(injected).REDIRECT_PORT).to.equal(8080);
    expect(environment({ ...injected, REDIRECT_PORT: '8081' }).REDIRECT_PORT).to.equal(8081);
  });

  it('takes the proxies in front as a number or as networks, never as "everybody"', () => {
    expect(environment({ REDIRECT_TRUST_PROXY: '2' }).REDIRECT_TRUST_PROXY).to.equal(2);
    expect(environment({ REDIRECT_TRUST_PROXY: '10.0.0.0/8, ::1' }).REDIRECT_TRUST_PROXY).to.deep.equal([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(environment({ REDIRECT_TRUST_PROXY: 'none' }).REDIRECT_TRUST_PROXY).to.equal(false);
  });

  it('wants certificate and page of link tokens together', async () => {
    const { certificate } = await linkSigner();
    expect(problemsOf({ ...variables(), REDIRECT_LINK_CERTIFICATE: certificate })).to.have.keys(['REDIRECT_LINK_PAGE']);
    const page = { REDIRECT_LINK_PAGE: '/apex/FileMigrationOpen' };
    const escaped = certificate.replaceAll('\n', '\\n');
    expect(environment({ ...page, REDIRECT_LINK_CERTIFICATE: escaped }).REDIRECT_LINK_CERTIFICATE).to.have.length(1);
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
