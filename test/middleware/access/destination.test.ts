import { documentId, fileLink, type DocumentId } from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { destinationOf, type Destination, type DestinationRules } from '../../../middleware/src/access/destination.ts';
import { Signer } from '../../../middleware/src/presign/signer.ts';
import { presentationOf } from '../../../middleware/src/content/presentation.ts';

const MINE = documentId('a0X000000000001');
const OTHER = documentId('a0X000000000002');
const BASE = 'https://files.example.com';
const VENDOR = 'https://vendor.s3.us-east-1.amazonaws.com/a%20b/c.pdf';
const RULES: DestinationRules = {
  linkBases: [BASE, 'https://old-files.example.com'],
  keyPrefix: 'uploads/',
  originalHosts: new Set(['vendor.s3.us-east-1.amazonaws.com']),
};

type Fields = { readonly id?: DocumentId; readonly url?: string; readonly key?: string; readonly originalUrl?: string };

function lead(fields: Fields, mode: 's3' | 'original' = 's3'): Destination {
  const row = {
    id: MINE,
    name: 'Plan.pdf',
    url: fileLink(BASE, MINE),
    key: `uploads/a/${MINE}/Plan.pdf`,
    originalUrl: VENDOR,
  };
  return destinationOf({ ...row, ...fields }, mode, RULES);
}

describe('Where a document leads', () => {
  it('leads to its key when its URL is our link, of today or of a former address', () => {
    const storage = { kind: 'storage', key: `uploads/a/${MINE}/Plan.pdf` };
    expect(lead({})).to.deep.equal(storage);
    expect(lead({ url: `https://old-files.example.com/d/${MINE}` })).to.deep.equal(storage);
    expect(lead({ url: `https://FILES.example.com/d/${MINE.slice(0, 15)}?x=1` })).to.deep.equal(storage);
  });

  it('leads to the URL on the record when that is another one (replaced, or rolled back), never to the old key', () => {
    expect(lead({ url: VENDOR })).to.deep.equal({ kind: 'elsewhere', url: VENDOR });
  });

  it('leads to the original in mode original, when the record is switched', () => {
    expect(lead({}, 'original')).to.deep.equal({ kind: 'elsewhere', url: VENDOR });
    expect(lead({ originalUrl: '' }, 'original')).to.deep.equal({ kind: 'nowhere', reason: 'url-refused' });
  });

  it('leads nowhere without a URL, and from the link of another record, as a clone has it', () => {
    expect(lead({ url: '' })).to.deep.equal({ kind: 'nowhere', reason: 'no-url' });
    expect(lead({ url: fileLink(BASE, OTHER), key: `uploads/a/${OTHER}/Plan.pdf` }).kind).to.equal('nowhere');
    expect(lead({ url: fileLink(BASE, OTHER) }).kind).to.equal('nowhere');
  });

  describe('threat "editing one record\'s key field to read another\'s file"', () => {
    const foreign = [
      `uploads/a/${OTHER}/Plan.pdf`,
      `uploads/${MINE}/${OTHER}/Plan.pdf`,
      `uploads/${OTHER}/${MINE}`,
      `uploads/a/${MINE}x/Plan.pdf`,
      `uploads/a/x${MINE}/Plan.pdf`,
      `uploads/a/${MINE}/sub/Plan.pdf`,
      `uploads/a/${MINE.slice(0, 15)}/Plan.pdf`,
      `uploads/a/${MINE.toLowerCase()}/Plan.pdf`,
      `secret/a/${MINE}/Plan.pdf`,
      `uploads-secret/a/${MINE}/Plan.pdf`,
      `/uploads/a/${MINE}/Plan.pdf`,
      `uploads/a/${OTHER}/../${MINE}/Plan.pdf`,
      `uploads/a/${OTHER}/..%2f${MINE}/Plan.pdf`,
      `uploads/a/${OTHER}/Plan.pdf?/${MINE}/`,
      `uploads/a/${MINE}/`,
      `uploads/a/${MINE}/.`,
      `uploads/a/${MINE}/..`,
      `uploads/a/${OTHER}\\${MINE}/Plan.pdf`,
      `uploads/a/${MINE}/Plan\r\n.pdf`,
      '',
      ' ',
    ];
    for (const key of foreign) {
      it(`refuses ${JSON.stringify(key)}`, () => {
        expect(lead({ key })).to.deep.equal({ kind: 'nowhere', reason: 'key-refused' });
      });
    }
  });

  it('threat "empty, dot-segment, control-character key": what is signed decodes, after WHATWG parsing, to the very key, in the record\'s folder', async () => {
    const signer = await Signer.create({
      bucket: 'customer-files',
      region: 'us-east-1',
      endpoint: undefined,
      pathStyle: false,
      seconds: 120,
      credentials: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
    });
    const segment = fc.oneof(
      fc.constantFrom(
        '',
        '.',
        '..',
        '%2e%2e',
        '\\',
        '\u0000',
        '\r\n',
        'é',
        '😀',
        '\ud800',
        '?',
        '#',
        '%',
        '+',
        ' ',
        String(MINE),
        String(OTHER),
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const near = fc
      .tuple(fc.array(segment, { maxLength: 4 }), segment)
      .map(([folders, name]) => ['uploads', ...folders, MINE, name].join('/'));
    const far = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, far), async (key) => {
        const destination = lead({ key });
        if (destination.kind !== 'storage') return;
        const { url } = await signer.sign({
          method: 'GET',
          key: destination.key,
          ...presentationOf(destination.key, 'x'),
        });
        expect(decodeURIComponent(new URL(url).pathname.slice(1))).to.equal(key);
        expect(new URL(url).href).to.equal(url);
        expect(key.startsWith('uploads/')).to.equal(true);
        expect(key.split('/').at(-2)).to.equal(MINE);
        expect(key).not.to.match(/\p{Cc}/u);
      }),
      { numRuns: 400 },
    );
  });

  describe('threat "open redirect"', () => {
    const hostile = [
      '//evil.example/x',
      'https:/evil.example/x',
      'https:evil.example',
      'https:\\\\evil.example\\x',
      'https://vendor.s3.us-east-1.amazonaws.com\\@evil.example/',
      'https://vendor.s3.us-east-1.amazonaws.com@evil.example/',
      'https://user:password@vendor.s3.us-east-1.amazonaws.com/x',
      'https://vendor.s3.us-east-1.amazonaws.com.evil.example/x',
      'https://evil.example/vendor.s3.us-east-1.amazonaws.com',
      'https://evil.example#@vendor.s3.us-east-1.amazonaws.com/',
      'https://vendor.s3.us-east-1.amazonaws.com:8443/x',
      'https://vendor.s3.us-east-1.amazonaws.com./x',
      'http://vendor.s3.us-east-1.amazonaws.com:8080/x',
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'https://vendor.ſ3.us-east-1.amazonaws.com/x',
      'https://vendor.s3.us-east-1.amazonaws.com/x\u202ey',
      'https://vendor.s3.us-east-1.amazonaws.com/x\r\nSet-Cookie: a=b',
      'https://vendor.s3.us-east-1.amazonaws.com/x\ty',
      'ht\ntps://vendor.s3.us-east-1.amazonaws.com/x',
      'https://ⓥendor.s3.us-east-1.amazonaws.com/x',
      `${BASE}/d/`,
      `${BASE}/sign-out`,
      `${BASE}//evil.example`,
      'not a url',
      'https://',
    ];
    for (const url of hostile) {
      it(`refuses ${JSON.stringify(url)}, on the record and as its original`, () => {
        expect(lead({ url })).to.deep.equal({ kind: 'nowhere', reason: 'url-refused' });
        expect(lead({ originalUrl: url }, 'original')).to.deep.equal({ kind: 'nowhere', reason: 'url-refused' });
      });
    }

    it('encodes what people write and a parser reads in one way only: spaces, letters of the world, http', () => {
      const cases: readonly [written: string, read: string][] = [
        ['http://vendor.s3.us-east-1.amazonaws.com/a.pdf', '/a.pdf'],
        [' https://vendor.s3.us-east-1.amazonaws.com/a.pdf ', '/a.pdf'],
        ['https://vendor.s3.us-east-1.amazonaws.com/a/my file.pdf', '/a/my%20file.pdf'],
        ['https://vendor.s3.us-east-1.amazonaws.com/a/Prüfung.pdf', '/a/Pr%C3%BCfung.pdf'],
        ['https://vendor.s3.us-east-1.amazonaws.com/a/my%20file+1.pdf?v=%2B', '/a/my%20file+1.pdf?v=%2B'],
        ['https://VENDOR.s3.us-east-1.amazonaws.com:443/x', '/x'],
      ];
      for (const [written, read] of cases) {
        const url = `https://vendor.s3.us-east-1.amazonaws.com${read}`;
        expect(lead({ url: written }), written).to.deep.equal({ kind: 'elsewhere', url });
        expect(lead({ originalUrl: written }, 'original'), written).to.deep.equal({ kind: 'elsewhere', url });
      }
    });

    it('lets through allow-listed hosts only, whatever is written', () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.webUrl(),
            fc.string({ unit: 'binary' }),
            fc.string().map((tail) => VENDOR + tail),
          ),
          (url) => {
            const destination = lead({ url });
            if (destination.kind !== 'elsewhere') return;
            expect(new URL(destination.url)).to.include({
              protocol: 'https:',
              host: 'vendor.s3.us-east-1.amazonaws.com',
            });
            expect(destination.url).to.match(/^[\x21-\x7e]+$/);
          },
        ),
      );
    });

    it('refuses our own host even when somebody allow-lists it', () => {
      const rules = { ...RULES, originalHosts: new Set(['files.example.com']) };
      const row = { id: MINE, name: '', url: `${BASE}/d/${OTHER}`, key: '', originalUrl: '' };
      expect(destinationOf(row, 's3', rules).kind).to.equal('nowhere');
      expect(
        destinationOf({ ...row, url: fileLink(BASE, MINE), originalUrl: fileLink(BASE, MINE) }, 'original', rules).kind,
      ).to.equal('nowhere');
    });
  });
});
