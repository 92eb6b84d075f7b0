import { expect } from 'chai';
import { framingOrigins } from '../../../middleware/src/sign-in/framing-origins.ts';

describe('The pages of an org that may show a document in a frame', () => {
  it('are on the hosts that belong to its My Domain', () => {
    expect(framingOrigins('https://acme.my.salesforce.com')).to.deep.equal([
      'https://acme.my.salesforce.com',
      'https://acme.lightning.force.com',
      'https://acme--c.vf.force.com',
    ]);
    expect(framingOrigins('https://acme--uat.sandbox.my.salesforce.com')).to.deep.equal([
      'https://acme--uat.sandbox.my.salesforce.com',
      'https://acme--uat.sandbox.lightning.force.com',
      'https://acme--uat--c.sandbox.vf.force.com',
    ]);
  });

  it('are on no other host than its own where it has a name of another kind', () => {
    expect(framingOrigins('http://127.0.0.1:8080')).to.deep.equal(['http://127.0.0.1:8080']);
    expect(framingOrigins('https://acme.my.salesforce.com.evil.example')).to.have.length(1);
  });
});
