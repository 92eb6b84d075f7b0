import {
  documentId,
  fileLink,
  objectKey,
  parseFileLink,
  parseS3Link,
  pointsAtRedirect,
  s3Link,
} from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { documentIds } from './arbitraries.ts';

const DOCUMENT = documentId('a0XD000000IqhSL');
const OTHER = documentId('a0XD000000IqhSM');
const BASE = 'https://files.example.com';

describe('A file link', () => {
  it('is the base URL, /d/ and the record id', () => {
    expect(fileLink(BASE, DOCUMENT)).to.equal(`https://files.example.com/d/${DOCUMENT}`);
    expect(fileLink(`${BASE}/`, DOCUMENT)).to.equal(`https://files.example.com/d/${DOCUMENT}`);
    expect(fileLink(`${BASE}/files`, DOCUMENT)).to.equal(`https://files.example.com/files/d/${DOCUMENT}`);
  });

  it('gives its document back', () => {
    const bases = fc.constantFrom(BASE, `${BASE}/`, `${BASE}/files`, 'http://127.0.0.1:8080', 'https://ünï.example/a/');
    fc.assert(
      fc.property(bases, documentIds, (base, id) => {
        expect(parseFileLink([base], fileLink(base, id))).to.equal(id);
        expect(parseFileLink([base], fileLink(base, id).slice(0, -3))).to.equal(id);
      }),
    );
  });

  const ours = [
    `https://FILES.example.com/d/${DOCUMENT}`,
    `https://files.example.com:443/d/${DOCUMENT}`,
    `http://files.example.com/d/${DOCUMENT}`,
    `https://files.example.com/d/${DOCUMENT.slice(0, 15)}`,
    `https://files.example.com/d/${DOCUMENT}/`,
    `https://files.example.com/d/${DOCUMENT}?download=1`,
    `https://files.example.com/d/${DOCUMENT}#page=3`,
    `  https://files.example.com/d/${DOCUMENT} `,
    `https://old.example.com/x/d/${DOCUMENT}`,
  ];
  for (const url of ours) {
    it(`is still ours as ${url}`, () => {
      expect(parseFileLink([BASE, 'https://old.example.com/x/'], url)).to.equal(DOCUMENT);
    });
  }

  const notOurs = [
    '',
    'no url',
    `https://files.example.com.evil.example/d/${DOCUMENT}`,
    `https://evil.example/https://files.example.com/d/${DOCUMENT}`,
    `https://files.example.com:8443/d/${DOCUMENT}`,
    `https://files.example.com/D/${DOCUMENT}`,
    `https://files.example.com/d/${DOCUMENT}/more`,
    `https://files.example.com/d/a0XD000000IqhSLMAA`,
    `https://files.example.com/d/%61${DOCUMENT.slice(1)}`,
    `https://files.example.com/d/`,
    `ftp://files.example.com/d/${DOCUMENT}`,
    `https://files.example.com@evil.example/d/${DOCUMENT}`,
  ];
  for (const url of notOurs) {
    it(`is not ${JSON.stringify(url)}`, () => {
      expect(parseFileLink([BASE], url)).to.equal(undefined);
    });
  }

  it('of a former base with a path is not mistaken for a neighbor', () => {
    expect(parseFileLink([`${BASE}/files`], `${BASE}/files-old/d/${DOCUMENT}`)).to.equal(undefined);
  });

  it('that is broken still points at the redirect service, so nobody takes it for a source', () => {
    expect(pointsAtRedirect([BASE], `${BASE}/d/broken`)).to.equal(true);
    expect(pointsAtRedirect([BASE], `https://vendor.example/d/${DOCUMENT}`)).to.equal(false);
    expect(pointsAtRedirect([], `${BASE}/d/${DOCUMENT}`)).to.equal(false);
  });
});

describe('A plain S3 link', () => {
  const key = objectKey(`uploads/no-account/${DOCUMENT}/Überweisung_(1).pdf`);
  const amazon = { bucket: 'my-files', region: 'eu-central-1' };

  it('is the address of the object, percent-encoded', () => {
    expect(s3Link(amazon, key)).to.equal(
      `https://my-files.s3.eu-central-1.amazonaws.com/uploads/no-account/${DOCUMENT}/%C3%9Cberweisung_%281%29.pdf`,
    );
  });

  it('follows endpoint and path style', () => {
    const endpoint = 'http://127.0.0.1:9000';
    expect(s3Link({ ...amazon, endpoint }, key)).to.match(/^http:\/\/127\.0\.0\.1:9000\/my-files\/uploads\//);
    expect(s3Link({ ...amazon, endpoint: 'https://s3.example', pathStyle: false }, key)).to.match(
      /^https:\/\/my-files\.s3\.example\/uploads\//,
    );
    expect(s3Link({ ...amazon, pathStyle: true }, key)).to.match(
      /^https:\/\/s3\.eu-central-1\.amazonaws\.com\/my-files\//,
    );
  });

  it('gives document and key back', () => {
    expect(parseS3Link(amazon, 'uploads/', s3Link(amazon, key))).to.deep.equal({ recordId: DOCUMENT, key });
  });

  it('of another bucket, prefix or shape is none of ours', () => {
    const link = s3Link(amazon, key);
    expect(parseS3Link({ ...amazon, bucket: 'other' }, 'uploads/', link)).to.equal(undefined);
    expect(parseS3Link(amazon, 'files/', link)).to.equal(undefined);
    expect(parseS3Link(amazon, 'uploads/', link.replace(DOCUMENT, 'x'))).to.equal(undefined);
    expect(parseS3Link(amazon, 'uploads/', link.replace('%C3', '%C'))).to.equal(undefined);
    expect(parseS3Link(amazon, 'uploads/', link.replace(DOCUMENT, OTHER))?.recordId).to.equal(OTHER);
  });
});
