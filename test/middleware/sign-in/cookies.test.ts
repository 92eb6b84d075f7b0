import { expect } from 'chai';
import type { Response } from 'express';
import { Cookies } from '../../../middleware/src/sign-in/cookies.ts';

describe('The cookies of the redirect', () => {
  function lineOf(publicUrl: string): string {
    const lines: string[] = [];
    const response = { append: (_name: string, value: string) => lines.push(value) } as unknown as Response;
    new Cookies(publicUrl).set(response, 'session', 'k1.x');
    return lines.join();
  }

  it('are Secure and begin with __Host- under https, so that no neighbouring domain can plant one', () => {
    expect(lineOf('https://files.example.com')).to.equal('__Host-session=k1.x; Path=/; HttpOnly; Secure; SameSite=Lax');
    const cookies = new Cookies('https://files.example.com');
    expect(cookies.get('session=planted', 'session')).to.equal(undefined);
    expect(cookies.get('a=b; __Host-session=k1.x', 'session')).to.equal('k1.x');
    expect(cookies.named('sign-in-a=planted; __Host-sign-in-b=2', 'sign-in-')).to.deep.equal([['sign-in-b', '2']]);
  });

  it('do without on the plain http of loopback, where browsers refuse that prefix', () => {
    expect(lineOf('http://127.0.0.1:8080')).to.equal('session=k1.x; Path=/; HttpOnly; SameSite=Lax');
  });
});
