import { expect } from 'chai';
import { Cookies } from '../../../middleware/src/sign-in/cookies.ts';

describe('The cookies of the redirect', () => {
  function lineOf(publicUrl: string): string {
    return new Cookies(publicUrl).kept('session', 'k1.x');
  }

  it('are Secure and begin with __Host- under https, so that no neighboring domain can plant one', () => {
    expect(lineOf('https://files.example.com')).to.equal('__Host-session=k1.x; Path=/; HttpOnly; Secure; SameSite=Lax');
    const cookies = new Cookies('https://files.example.com');
    expect(cookies.get('session=planted', 'session')).to.equal(undefined);
    expect(cookies.get('a=b; __Host-session=k1.x', 'session')).to.equal('k1.x');
  });

  it('do without on the plain http of loopback, where browsers refuse that prefix', () => {
    expect(lineOf('http://127.0.0.1:8080')).to.equal('session=k1.x; Path=/; HttpOnly; SameSite=Lax');
  });
});
