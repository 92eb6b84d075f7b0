import { encodeKey } from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { Failure } from '../../plugin/src/model/failure.ts';
import { parseSourceLocation, type S3Location } from '../../plugin/src/storage/location/source-location.ts';

function s3(url: string, hosts = {}): S3Location {
  const location = parseSourceLocation(url, hosts);
  if (location.kind !== 's3') throw new Error(`${url} was not taken for S3`);
  return location;
}

function refusal(url: string, hosts = {}): string {
  try {
    parseSourceLocation(url, hosts);
  } catch (error) {
    if (error instanceof Failure && error.failureClass === 'skip') return error.code;
    throw error;
  }
  return 'accepted';
}

describe('where a URL points', () => {
  const forms: [string, string, string, string | undefined][] = [
    ['https://vendor-files.s3.us-west-2.amazonaws.com/a/b.pdf', 'vendor-files', 'a/b.pdf', 'us-west-2'],
    ['https://s3.us-west-2.amazonaws.com/vendor-files/a/b.pdf', 'vendor-files', 'a/b.pdf', 'us-west-2'],
    ['https://vendor-files.s3-us-west-2.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', 'us-west-2'],
    ['https://s3-us-west-2.amazonaws.com/vendor-files/b.pdf', 'vendor-files', 'b.pdf', 'us-west-2'],
    ['https://vendor-files.s3.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', undefined],
    ['http://s3.amazonaws.com/vendor-files/b.pdf', 'vendor-files', 'b.pdf', undefined],
    ['https://vendor-files.s3.dualstack.eu-central-1.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', 'eu-central-1'],
    ['https://s3.dualstack.eu-central-1.amazonaws.com/vendor-files/b.pdf', 'vendor-files', 'b.pdf', 'eu-central-1'],
    ['https://vendor-files.s3-accelerate.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', undefined],
    ['https://vendor-files.s3-accelerate.dualstack.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', undefined],
    ['https://vendor-files.s3-external-1.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', 'us-east-1'],
    ['https://vendor-files.s3-fips.us-gov-west-1.amazonaws.com/b.pdf', 'vendor-files', 'b.pdf', 'us-gov-west-1'],
    ['https://vendor-files.s3.cn-north-1.amazonaws.com.cn/b.pdf', 'vendor-files', 'b.pdf', 'cn-north-1'],
    ['https://vendor-files.s3.eusc-de-east-1.amazonaws.eu/b.pdf', 'vendor-files', 'b.pdf', 'eusc-de-east-1'],
    [
      'https://vendor-files.bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com/b.pdf',
      'vendor-files',
      'b.pdf',
      'us-east-1',
    ],
    [
      'https://bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com/vendor-files/b.pdf',
      'vendor-files',
      'b.pdf',
      'us-east-1',
    ],
    ['https://my.dotted.bucket.s3.us-west-2.amazonaws.com/b.pdf', 'my.dotted.bucket', 'b.pdf', 'us-west-2'],
    ['HTTPS://Vendor-Files.S3.US-West-2.AmazonAWS.com/B.pdf', 'vendor-files', 'B.pdf', 'us-west-2'],
  ];
  for (const [url, bucket, key, region] of forms) {
    it(`reads ${url}`, () => {
      expect(s3(url)).to.include({ bucket, key, region });
    });
  }

  it('drops the signature that somebody once left in the URL, but keeps the version', () => {
    const location = s3(
      'https://b-1.s3.us-west-2.amazonaws.com/k.pdf?X-Amz-Signature=abc&X-Amz-Expires=60&versionId=v%2B1',
    );
    expect(location.versionId).to.equal('v+1');
    expect(location.url).to.equal('https://b-1.s3.us-west-2.amazonaws.com/k.pdf?versionId=v%2B1');
  });

  it('reads a plus sign as S3 does, a space, and remembers the key with the plus sign kept', () => {
    const location = s3('https://bucket.s3.us-west-2.amazonaws.com/a+b%2Bc.pdf');
    expect(location.key).to.equal('a b+c.pdf');
    expect(location.otherKeys).to.deep.equal(['a+b+c.pdf']);
  });

  const WRITTEN: [text: string, keys: string[]][] = [
    ['Invoice #12.pdf', ['Invoice #12.pdf', 'Invoice ']],
    ['what?.pdf', ['what?.pdf', 'what']],
    ['C:\\scans\\x.pdf', ['C:\\scans\\x.pdf', 'C:/scans/x.pdf']],
    ['#12.pdf', ['#12.pdf']],
    ['a.pdf#page=3', ['a.pdf']],
    ['a.pdf?v=2', ['a.pdf', 'a.pdf?v=2']],
    ['a.pdf?versionId=1', ['a.pdf']],
    ['a.pdf?X-Amz-Date=1&X-Amz-Signature=2', ['a.pdf']],
    ['a+b #1.pdf', ['a b #1.pdf', 'a+b #1.pdf', 'a b ', 'a+b ']],
  ];
  for (const [text, keys] of WRITTEN) {
    it(`reads the key of ${text} as it is written, and as a browser does`, () => {
      for (const url of [
        `https://vendor.s3.us-west-2.amazonaws.com/${text}`,
        `https://s3.us-west-2.amazonaws.com/vendor/${text}`,
      ]) {
        const { bucket, key, otherKeys } = s3(url);
        expect([bucket, key, ...otherKeys], url).to.deep.equal(['vendor', ...keys]);
      }
    });
  }

  it('keeps the case of a bucket that stands in the path, and asks for it there', () => {
    const location = s3('https://s3.amazonaws.com/Vendor_Files/a.pdf');
    expect(location).to.include({ bucket: 'Vendor_Files', key: 'a.pdf', pathStyle: true });
    expect(location.url).to.equal('https://s3.amazonaws.com/Vendor_Files/a.pdf');
  });

  it('takes a percent sign that starts no escape for itself', () => {
    expect(s3('https://bucket.s3.us-west-2.amazonaws.com/100%.pdf').key).to.equal('100%.pdf');
  });

  it('follows the config for a mapped host', () => {
    const hosts = { 'files.vendor.example': { endpoint: 'http://127.0.0.1:9000', bucket: 'b-1', region: 'eu-west-1' } };
    const location = s3('https://files.vendor.example/x%20y.pdf', hosts);
    expect(location).to.include({ bucket: 'b-1', key: 'x y.pdf', endpoint: 'http://127.0.0.1:9000', pathStyle: true });
    expect(location.url).to.equal('http://127.0.0.1:9000/b-1/x%20y.pdf');
  });

  it('takes a mapped host of Amazon’s form for the bucket in its name', () => {
    const hosts = { 'vendor.s3.us-west-2.amazonaws.com': { endpoint: 'http://127.0.0.1:9000' } };
    expect(s3('https://vendor.s3.us-west-2.amazonaws.com/k.pdf', hosts)).to.include({ bucket: 'vendor', key: 'k.pdf' });
  });

  for (const url of [
    '',
    'not a url',
    'ftp://host/file',
    'javascript:alert(1)',
    'https://user:secret@bucket.s3.amazonaws.com/k.pdf',
    'https://bucket.s3.us-west-2.amazonaws.com/',
    'https://bucket.s3.us-west-2.amazonaws.com/folder/',
    'https://s3.us-west-2.amazonaws.com/bucket-only',
    'https://bucket.s3.us-west-2.amazonaws.com/%E9.pdf',
  ]) {
    it(`cannot use "${url}"`, () => {
      expect(refusal(url)).to.equal('unparseable-url');
    });
  }

  for (const host of [
    'localhost',
    'x.localhost',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '[::1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    'metadata.google.internal',
    'printer.local',
  ]) {
    it(`refuses the private address ${host} unless somebody configured it`, () => {
      expect(refusal(`https://${host}/x.pdf`)).to.equal('forbidden-address');
      const { hostname } = new URL(`https://${host}`);
      expect(refusal(`https://${host}/x.pdf`, { [hostname]: { s3: false } })).to.equal('accepted');
    });
  }

  it('refuses plain http to a web server', () => {
    expect(refusal('http://vendor.example/x.pdf')).to.equal('insecure-url');
    expect(refusal('https://vendor.example/x.pdf')).to.equal('accepted');
  });

  it('finds every key that a URL was made of', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.{1,2}$/.test(text));
    const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(key, (text) => {
        fc.pre(!text.endsWith('/') && text.isWellFormed() && !/(^|\/)\.{1,2}(\/|$)/.test(text));
        expect(s3(`https://bucket.s3.us-west-2.amazonaws.com/${encodeKey(text)}`).key).to.equal(text);
      }),
    );
  });

  it('answers any text with a location or a Failure that skips the document', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withQueryParameters: true }),
          fc.string(),
          fc.ipV6().map((ip) => `https://[${ip}]/x`),
        ),
        (text) => {
          expect(refusal(text)).to.be.a('string');
        },
      ),
      { numRuns: 50 },
    );
  });
});
