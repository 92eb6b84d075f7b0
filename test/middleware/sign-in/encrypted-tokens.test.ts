import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { EncryptedTokens } from '../../../middleware/src/sign-in/encrypted-tokens.ts';

const OLD = { id: 'old', secret: randomBytes(32) };
const NEW = { id: 'new', secret: randomBytes(32) };
const ORG = '00D000000000062EAA';

describe('A token that the browser keeps', () => {
  let tokens: EncryptedTokens;
  before(async () => {
    tokens = await EncryptedTokens.create([OLD], 'old', ORG);
  });

  const kindOf = async (token: string, by = tokens, type = 'session'): Promise<string> =>
    (await by.decrypt(type, token)).kind;

  it('decrypts to the claims that were encrypted, whatever those were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.stringMatching(/^x[a-z]*$/), fc.jsonValue()), async (claims) => {
        const decrypted = await tokens.decrypt('session', await tokens.encrypt('session', claims, 60));
        expect(decrypted.kind === 'claims' && decrypted.claims).to.deep.include(JSON.parse(JSON.stringify(claims)));
      }),
      { numRuns: 50 },
    );
  });

  it('threat "cookie forgery": does not decrypt with any one character changed, dropped or added', async () => {
    const token = await tokens.encrypt('session', { user: '005000000000001AAA' }, 60);
    for (let at = 0; at < token.length; at++) {
      for (const change of ['A', 'B', '-', '.', '=', ' ', '']) {
        const forged = token.slice(0, at) + change + token.slice(at + 1);
        if (forged !== token) expect(await kindOf(forged), `changed at ${at}`).not.to.equal('claims');
      }
    }
    for (const extra of ['A', '=', '.', ' ']) expect(await kindOf(token + extra)).not.to.equal('claims');
  });

  it('threat "cookie forgery": does not decrypt arbitrary text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await kindOf(text)).to.equal('invalid');
        const header = Buffer.from(`{"alg":"dir","enc":"A256GCM","kid":"old"}`).toString('base64url');
        expect(await kindOf(`${header}..${Buffer.from(text).toString('base64url')}.x.x`)).to.equal('invalid');
      }),
    );
  });

  it('is of no use for another purpose, nor for another org with the same keys', async () => {
    const token = await tokens.encrypt('login-state', {}, 60);
    expect(await kindOf(token)).to.equal('invalid');
    const elsewhere = await EncryptedTokens.create([OLD], 'old', '00D000000000063EAA');
    expect(await kindOf(token, elsewhere, 'login-state')).to.equal('invalid');
  });

  it('threat "stale key": decrypts during rotation and not after; what is missing then is the key, by its id', async () => {
    const token = await tokens.encrypt('session', {}, 60);
    const rotating = await EncryptedTokens.create([OLD, NEW], 'new', ORG);
    const rotated = await EncryptedTokens.create([NEW], 'new', ORG);
    expect(await kindOf(token, rotating)).to.equal('claims');
    expect(await kindOf(await rotating.encrypt('session', {}, 60), rotated)).to.equal('claims');
    expect(await rotated.decrypt('session', token)).to.deep.equal({ kind: 'unknown-key', keyId: 'old' });
  });

  it('is not taken after its time', async () => {
    expect(await kindOf(await tokens.encrypt('session', {}, -1))).to.equal('expired');
  });

  it('looks different each time, so that equal sessions cannot be told by their cookies', async () => {
    expect(await tokens.encrypt('session', {}, 60)).not.to.equal(await tokens.encrypt('session', {}, 60));
  });
});
