import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Pages, STYLE_HASH } from '../../../middleware/src/pages/page.ts';
import { REFUSALS } from '../../../middleware/src/pages/refusals.ts';
import { pageTexts } from '../../../middleware/src/pages/texts.ts';

const pages = new Pages({ organization: 'Smith & <Sons>', contact: 'the help desk (ext. 42)' });
const names = Object.keys(pageTexts('')) as (keyof ReturnType<typeof pageTexts>)[];

describe('Pages for people', () => {
  it('speak in the name of the organization, which cannot break them', () => {
    for (const name of names) {
      const html = pages.html(name, { link: '/d/"><script>', reference: '<b>' });
      expect(html).to.include('Smith &amp; &lt;Sons&gt;');
      expect(html).not.to.match(/<script|<b>|<Sons>/);
    }
  });

  it('have a language, a title, one heading and a main part, for those who listen to them', () => {
    for (const name of names) {
      const html = pages.html(name);
      expect(html).to.match(/^<!doctype html>\n<html lang="en">/);
      expect(html.match(/<h1>/g)).to.have.length(1);
      expect(html).to.match(/<title>[^<]+<\/title>/);
      expect(html).to.match(/<main>[^]*<\/main>/);
    }
  });

  it('load and run nothing, and their one style is the one that the policy allows', () => {
    const html = pages.html('busy');
    expect(html).not.to.match(/<script|<img|<link|\son\w+=|javascript:/);
    const style = /<style>([^]*)<\/style>/.exec(html)?.[1] ?? '';
    expect(STYLE_HASH).to.equal(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });

  it('say what to do, and whom to ask for which permission set', () => {
    expect(pages.html('no-access')).to.include('the help desk (ext. 42)').and.to.include('File_Migration_User');
  });

  it('tell no internals: nothing of keys, buckets, queries, tokens or stacks', () => {
    for (const name of names) expect(pages.html(name)).not.to.match(/bucket|SOQL|token|S3|at .*\.ts|prefix/);
  });

  it('answer every refusal with an error status; what is absent, forbidden or leads nowhere looks the same', () => {
    for (const { status } of Object.values(REFUSALS)) expect(status).to.be.within(400, 503);
    for (const reason of ['no-url', 'key-refused', 'url-refused'] as const) {
      expect(REFUSALS[reason]).to.deep.equal(REFUSALS['not-found']);
    }
  });
});
