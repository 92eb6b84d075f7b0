import {
  DEFAULT_KEY_LAYOUT,
  LONGEST_KEY,
  accountId,
  documentId,
  isObjectKey,
  keyLayout,
  keyLayoutProblems,
  keyOwner,
  objectKey,
  parseKey,
  renderKey,
  s3Link,
  type FileNames,
  type KeyFacts,
} from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { accountIds, documentIds, hostileNames } from './arbitraries.ts';

const DOCUMENT = documentId('a0XD000000IqhSL');
const ACCOUNT = accountId('001D000000IqhSL');

const LAYOUTS = [
  DEFAULT_KEY_LAYOUT,
  'uploads/{accountId}/{recordId}/{fileName}',
  'files/{accountName}/{recordId}/{fileName}',
  'a/b-c/{recordId}/{fileName}',
  `${'f'.repeat(90)}/{accountName}/{accountId}/{recordId}/{fileName}`,
];

const layouts = fc
  .tuple(fc.constantFrom(...LAYOUTS), fc.constantFrom<FileNames>('kept', 'nameless'))
  .map(([template, fileNames]) => keyLayout(template, fileNames));

const keyFacts: fc.Arbitrary<KeyFacts> = fc.record({
  recordId: documentIds,
  accountId: fc.option(accountIds, { nil: undefined }),
  accountName: fc.option(hostileNames, { nil: undefined }),
  fileName: hostileNames,
  revision: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(99, 1_000_000, Number.MAX_SAFE_INTEGER)),
});

function keyOf(facts: Partial<KeyFacts> & { fileNames?: FileNames; template?: string }): string {
  const { fileNames, template = DEFAULT_KEY_LAYOUT, ...rest } = facts;
  return renderKey(keyLayout(template, fileNames), {
    recordId: DOCUMENT,
    accountId: ACCOUNT,
    accountName: 'Acme',
    fileName: 'Invoice.pdf',
    revision: 1,
    ...rest,
  });
}

describe('A key', () => {
  const folder = `uploads/${ACCOUNT}/Acme/${DOCUMENT}`;

  it('shows account, record and file', () => {
    expect(keyOf({})).to.equal(`${folder}/Invoice.pdf`);
  });

  it('marks the second and later revisions before the extension', () => {
    expect(keyOf({ revision: 2 })).to.equal(`${folder}/Invoice~2.pdf`);
    expect(keyOf({ revision: 10, fileName: 'no extension' })).to.equal(`${folder}/no_extension~10`);
    expect(keyOf({ revision: 3, fileNames: 'nameless' })).to.equal(`${folder}/document~3.pdf`);
  });

  it('refuses a revision that is none', () => {
    for (const revision of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => keyOf({ revision })).to.throw(RangeError, /revision/);
    }
  });

  it('puts documents without account under no-account, once', () => {
    expect(keyOf({ accountId: undefined, accountName: undefined })).to.equal(
      `uploads/no-account/${DOCUMENT}/Invoice.pdf`,
    );
    expect(keyOf({ accountId: undefined, template: 'f/{accountName}/{recordId}/{fileName}' })).to.equal(
      `f/no-account/${DOCUMENT}/Invoice.pdf`,
    );
  });

  it('names a folder even when the account has no readable name', () => {
    expect(keyOf({ accountName: undefined })).to.equal(`uploads/${ACCOUNT}/unnamed/${DOCUMENT}/Invoice.pdf`);
  });

  it('tells no name in the nameless form, not even by an unusual extension', () => {
    expect(keyOf({ fileNames: 'nameless', fileName: 'Divorce of J. Doe.XLSX' })).to.equal(`${folder}/document.xlsx`);
    expect(keyOf({ fileNames: 'nameless', fileName: 'letter to John.Smith' })).to.equal(`${folder}/document`);
  });

  it('shortens the account name first, then the file name, and keeps the extension', () => {
    const key = keyOf({ accountName: 'A'.repeat(200), fileName: `${'f'.repeat(76)}.pdf` });
    expect(key).to.have.length(LONGEST_KEY);
    expect(key).to.match(/\/A+\/\w{18}\/f{76}\.pdf$/);
    const longest = keyOf({ accountName: 'A'.repeat(200), fileName: `${'f'.repeat(300)}.pdf`, revision: 12 });
    expect(longest).to.have.length(LONGEST_KEY);
    expect(longest).to.match(/\/A{24}\/\w{18}\/f+~12\.pdf$/);
  });

  it('never cuts a character in two', () => {
    for (const padding of ['', 'x']) {
      const key = keyOf({ accountName: padding + '𠮷'.repeat(200), fileName: padding + '𠮷'.repeat(200) + '.pdf' });
      expect(key.isWellFormed()).to.equal(true);
      expect(key).to.match(/𠮷\.pdf$/u);
    }
  });

  it('fits a Salesforce text field and S3, has no empty and no dot segment, and is in NFC', () => {
    fc.assert(
      fc.property(layouts, keyFacts, (layout, facts) => {
        const key = renderKey(layout, facts);
        expect(key.length).to.be.at.most(LONGEST_KEY);
        expect(Buffer.byteLength(key)).to.be.at.most(1024);
        expect(isObjectKey(key)).to.equal(true);
        expect(key.normalize('NFC')).to.equal(key);
        expect(key).to.match(/^[\p{L}\p{M}\p{Nd}\-_.()~/]+$/u);
        expect(key.startsWith(layout.prefix)).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back identically from its URL by every WHATWG parser', () => {
    const places = [
      { bucket: 'files', region: 'eu-central-1' },
      { bucket: 'files', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9000' },
    ];
    fc.assert(
      fc.property(layouts, keyFacts, fc.constantFrom(...places), (layout, facts, place) => {
        const key = renderKey(layout, facts);
        const link = s3Link(place, key);
        const url = new URL(link);
        expect(url.href).to.equal(link);
        expect(decodeURIComponent(url.pathname).endsWith(`/${key}`)).to.equal(true);
        expect(url.search + url.hash).to.equal('');
      }),
      { numRuns: 1000 },
    );
  });

  it('gives its owner, revision and prefix back', () => {
    fc.assert(
      fc.property(layouts, keyFacts, (layout, facts) => {
        const key = renderKey(layout, facts);
        expect(keyOwner(key, layout.prefix)).to.equal(facts.recordId);
        expect(parseKey(key, layout.prefix)?.revision).to.equal(facts.revision);
      }),
      { numRuns: 1000 },
    );
  });

  it('is never shared by two revisions, nor by two documents, however alike their names', () => {
    fc.assert(
      fc.property(layouts, keyFacts, keyFacts, fc.boolean(), (layout, one, other, sameDocument) => {
        const second = sameDocument ? { ...other, recordId: one.recordId } : other;
        fc.pre(second.recordId !== one.recordId || second.revision !== one.revision);
        expect(renderKey(layout, one)).not.to.equal(renderKey(layout, second));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays the same for the same facts', () => {
    fc.assert(
      fc.property(layouts, keyFacts, (layout, facts) => {
        expect(renderKey(layout, facts)).to.equal(renderKey(layout, { ...facts }));
      }),
    );
  });
});

describe('The owner of a key', () => {
  const key = `uploads/${ACCOUNT}/Acme/${DOCUMENT}/Invoice.pdf`;

  it('is the last folder, when the key lies under the prefix', () => {
    expect(keyOwner(key, 'uploads/')).to.equal(DOCUMENT);
    expect(keyOwner(`uploads/${DOCUMENT}/x`, 'uploads/')).to.equal(DOCUMENT);
  });

  it('is nobody outside the prefix, or without its slash', () => {
    expect(keyOwner(key, 'other/')).to.equal(undefined);
    expect(keyOwner(key, 'uploads')).to.equal(undefined);
    expect(keyOwner(key, '')).to.equal(undefined);
    expect(keyOwner(`uploads-secret/${DOCUMENT}/x`, 'uploads/')).to.equal(undefined);
    expect(keyOwner(`${DOCUMENT}/x`, `${DOCUMENT}/`)).to.equal(undefined);
  });

  it('is never found by substring, nor in another folder', () => {
    for (const other of [
      `uploads/${DOCUMENT}/sub/file.pdf`,
      `uploads/x${DOCUMENT}/file.pdf`,
      `uploads/${DOCUMENT}x/file.pdf`,
      `uploads/x/${DOCUMENT}`,
      `uploads/x/file-${DOCUMENT}.pdf`,
      `uploads/${DOCUMENT.slice(0, 15)}/file.pdf`,
      `uploads/${DOCUMENT.toLowerCase()}/file.pdf`,
    ]) {
      expect(keyOwner(other, 'uploads/'), other).to.equal(undefined);
    }
  });

  it('is nobody for keys that a browser would change', () => {
    for (const other of [
      '',
      `uploads/${DOCUMENT}/`,
      `uploads//${DOCUMENT}/x`,
      `uploads/../${DOCUMENT}/x`,
      `uploads/${DOCUMENT}/..`,
      `uploads/${DOCUMENT}/.`,
      `uploads/${DOCUMENT}/a\nb`,
      `uploads/${DOCUMENT}/a\u0000b`,
      `uploads/${DOCUMENT}/a\\b`,
      `uploads/${DOCUMENT}/\uD800`,
      `uploads/${DOCUMENT}/${'é'.repeat(600)}`,
      `/uploads/${DOCUMENT}/x`,
    ]) {
      expect(keyOwner(other, 'uploads/'), JSON.stringify(other)).to.equal(undefined);
    }
  });

  it('has a key that survives the URL, whatever text was called a key', () => {
    const tails = fc.oneof(hostileNames, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(documentIds, tails, (id, tail) => {
        const hostile = `uploads/${id}/${tail}`;
        if (keyOwner(hostile, 'uploads/') === undefined) return;
        const url = new URL(s3Link({ bucket: 'own-files', region: 'r' }, objectKey(hostile)));
        expect(decodeURIComponent(url.pathname)).to.equal(`/${hostile}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('goes with the file name, its revision mark taken off', () => {
    const parsed = parseKey(`uploads/${DOCUMENT}/Invoice~12.pdf`, 'uploads/');
    expect(parsed).to.deep.equal({ recordId: DOCUMENT, fileName: 'Invoice.pdf', revision: 12 });
    expect(parseKey(`uploads/${DOCUMENT}/Invoice.pdf`, 'uploads/')?.revision).to.equal(1);
    expect(parseKey('uploads/x/y', 'uploads/')).to.equal(undefined);
  });

  it('refuses to brand what is no key', () => {
    expect(() => objectKey('a/../b')).to.throw(RangeError, /a\/\.\.\/b/);
    expect(objectKey('a/b')).to.equal('a/b');
  });
});

describe('A key layout', () => {
  it('knows the fixed folders it starts with', () => {
    expect(keyLayout(DEFAULT_KEY_LAYOUT).prefix).to.equal('uploads/');
    expect(keyLayout('a/b/{recordId}/{fileName}').prefix).to.equal('a/b/');
  });

  const refused: readonly (readonly [layout: string, why: RegExp])[] = [
    ['{accountId}/{recordId}/{fileName}', /begin with a fixed folder/],
    ['uploads/{recordId}/x/{fileName}', /end in/],
    ['uploads/{recordId}', /end in/],
    ['uploads/{accountID}/{recordId}/{fileName}', /\{accountID\}.*known placeholder/],
    ['uploads/a-{accountId}/{recordId}/{fileName}', /whole folder/],
    ['uploads/{recordId}/{recordId}/{fileName}', /\{recordId\} may stand in it once/],
    ['/uploads/{recordId}/{fileName}', /empty folder/],
    ['uploads//{recordId}/{fileName}', /empty folder/],
    ['uploads/../{recordId}/{fileName}', /"\.\."/],
    ['up loads/{recordId}/{fileName}', /"up loads"/],
    ['uploads~/{recordId}/{fileName}', /"uploads~"/],
    ['', /end in/],
    [`${'x'.repeat(200)}/{recordId}/{fileName}`, /must leave 80/],
  ];
  for (const [layout, why] of refused) {
    it(`is refused as ${JSON.stringify(layout.slice(0, 50))}`, () => {
      expect(keyLayoutProblems(layout).join('; ')).to.match(why);
      expect(() => keyLayout(layout)).to.throw(RangeError, why);
    });
  }
});
