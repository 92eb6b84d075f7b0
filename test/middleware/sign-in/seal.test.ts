import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { Seal } from '../../../middleware/src/sign-in/seal.ts';

const OLD = { id: 'old', secret: randomBytes(32) };
const NEW = { id: 'new', secret: randomBytes(32) };

describe('A sealed cookie', () => {
  const seal = new Seal([OLD], '00D000000000062EAA');

  it('opens as what was sealed, whatever that was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(seal.open('session', seal.seal('session', value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('threat "cookie forgery": does not open with any one character changed, dropped or added', () => {
    const sealed = seal.seal('session', { user: '005000000000001AAA' });
    for (let at = 0; at < sealed.length; at++) {
      for (const change of ['A', 'B', '-', '.', '=', ' ', '']) {
        const forged = sealed.slice(0, at) + change + sealed.slice(at + 1);
        if (forged !== sealed) expect(seal.open('session', forged), `changed at ${at}`).to.equal(undefined);
      }
    }
    for (const extra of ['A', '=', '.', ' ']) expect(seal.open('session', sealed + extra)).to.equal(undefined);
  });

  it('threat "cookie forgery": does not open for arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(seal.open('session', text)).to.equal(undefined);
        expect(seal.open('session', `old.${Buffer.from(text).toString('base64url')}`)).to.equal(undefined);
      }),
    );
  });

  it('does not open for another purpose, nor for another org with the same keys', () => {
    const sealed = seal.seal('sign-in', 'x');
    expect(seal.open('session', sealed)).to.equal(undefined);
    expect(new Seal([OLD], '00D000000000063EAA').open('sign-in', sealed)).to.equal(undefined);
  });

  it('threat "stale key": opens during rotation, not after, and never by an unknown key id', () => {
    const sealed = seal.seal('session', 1);
    const rotating = new Seal([NEW, OLD], '00D000000000062EAA');
    const rotated = new Seal([NEW], '00D000000000062EAA');
    expect(rotating.open('session', sealed)).to.equal(1);
    expect(rotating.seal('session', 1)).to.match(/^new\./);
    expect(rotated.open('session', sealed)).to.equal(undefined);
    expect(rotated.open('session', sealed.replace('old.', 'new.'))).to.equal(undefined);
    expect(rotated.open('session', sealed.replace('old.', 'none.'))).to.equal(undefined);
  });

  it('looks different each time, so that equal sessions cannot be told by their cookies', () => {
    expect(seal.seal('session', 1)).not.to.equal(seal.seal('session', 1));
  });
});
