import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { contentHash, type ContentHashes } from '../../plugin/src/storage/evidence/content-hash.ts';
import { entityTag } from '../../plugin/src/storage/evidence/entity-tag.ts';
import { serverSideEvidence, streamedEvidence } from '../../plugin/src/storage/evidence/grade.ts';
import { sourceLeg, type SourceValues } from '../../plugin/src/storage/evidence/source-leg.ts';
import { targetLeg, type ExpectedTarget, type TargetValues } from '../../plugin/src/storage/evidence/target-leg.ts';
import { MultipartEtagHash, partSizeCandidates } from '../../plugin/src/storage/evidence/multipart-etag.ts';
import type { ObjectChecksum } from '../../plugin/src/storage/evidence/object-checksum.ts';

const MIB = 1024 * 1024;
const sha256 = (value: string): ObjectChecksum => ({ algorithm: 'sha256', type: 'full', value });
const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');

const bytes: ContentHashes = {
  size: 5,
  sha256: 'ab',
  md5: md5Of('bytes'),
  sourceChecksum: sha256('ours'),
  multipartEtags: [`${md5Of('parts')}-2`],
};
const expected: ExpectedTarget = { checksums: [sha256('ours')], etag: md5Of('bytes') };
const nothing = { etag: undefined, checksum: undefined };

function grade(source: SourceValues, target: TargetValues): string {
  const first = sourceLeg(source, bytes);
  const second = targetLeg(target, expected);
  if (first === 'mismatch' || second === 'mismatch') return 'mismatch';
  return streamedEvidence(source, first, target, second);
}

describe('evidence of a streamed copy', () => {
  const md5 = entityTag(`"${md5Of('bytes')}"`);
  const parts = entityTag(`${md5Of('parts')}-2`);

  it('is A when both stores return the same checksum of the whole', () => {
    expect(grade({ etag: md5, checksum: sha256('ours') }, { etag: md5, checksum: sha256('ours') })).to.equal('A');
  });
  it('is B when both return the MD5', () => {
    expect(grade({ etag: md5, checksum: undefined }, { etag: md5, checksum: undefined })).to.equal('B');
  });
  it('is C when the source’s ETag is recomputed and only the target’s checksum is there', () => {
    const target = { etag: undefined, checksum: sha256('ours') };
    expect(grade({ etag: parts, checksum: undefined }, target)).to.equal('C');
    expect(grade({ etag: md5, checksum: undefined }, target)).to.equal('C');
  });
  it('is D when the source returns nothing that can be recomputed', () => {
    expect(grade(nothing, { etag: undefined, checksum: sha256('ours') })).to.equal('D');
    expect(
      grade({ etag: entityTag(md5Of('other'), 'aws:kms'), checksum: undefined }, { etag: md5, checksum: undefined }),
    ).to.equal('D');
    expect(
      grade({ etag: entityTag(`${md5Of('unknown cut')}-3`), checksum: undefined }, { etag: md5, checksum: undefined }),
    ).to.equal('D');
  });
  it('is E when the target returns nothing comparable, whatever the source proves', () => {
    expect(grade({ etag: md5, checksum: sha256('ours') }, nothing)).to.equal('E');
  });
  it('is none at all when a returned value contradicts the bytes', () => {
    expect(
      grade({ etag: entityTag(md5Of('other')), checksum: undefined }, { etag: md5, checksum: undefined }),
    ).to.equal('mismatch');
    expect(grade({ etag: md5, checksum: undefined }, { etag: md5, checksum: sha256('theirs') })).to.equal('mismatch');
  });

  const someEtag = fc.option(
    fc
      .constantFrom(md5Of('bytes'), md5Of('other'), `${md5Of('parts')}-2`, `${md5Of('x')}-3`, 'opaque', 'W/"weak"')
      .chain((value) =>
        fc.constantFrom(undefined, 'AES256', 'aws:kms').map((encryption) => entityTag(value, encryption)),
      ),
    { nil: undefined },
  );
  const someChecksum = fc.option(
    fc.record({
      algorithm: fc.constantFrom('sha256' as const, 'crc32' as const, 'crc64nvme' as const),
      type: fc.constantFrom('full' as const, 'composite' as const),
      value: fc.constantFrom('ours', 'theirs'),
    }),
    { nil: undefined },
  );
  const values = fc.record({ etag: someEtag, checksum: someChecksum });

  it('never exceeds what the stores returned', () => {
    fc.assert(
      fc.property(values, values, (source, target) => {
        const result = grade(source, target);
        const targetReturned =
          target.checksum !== undefined || (target.etag !== undefined && target.etag.kind !== 'opaque');
        if (result !== 'E' && result !== 'mismatch') expect(targetReturned).to.equal(true);
        if (result === 'A') {
          expect(source.checksum).to.deep.equal(target.checksum);
          expect(source.checksum?.type).to.equal('full');
        }
        if (result === 'B') {
          expect(source.etag?.value).to.equal(target.etag?.value);
          expect(source.etag?.kind).to.equal('md5');
        }
        if (result === 'C') {
          const recomputed = source.etag?.value === md5Of('bytes') || source.etag?.value === `${md5Of('parts')}-2`;
          expect(recomputed || source.checksum?.type === 'full').to.equal(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('within a store is better than E only where both returned the same value', () => {
    fc.assert(
      fc.property(values, values, (source, target) => {
        const result = serverSideEvidence(source, target);
        if (result === 'A') expect(source.checksum).to.deep.equal(target.checksum);
        if (result === 'B' || result === 'C') expect(source.etag).to.deep.equal(target.etag);
        expect(result).not.to.equal('D');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('multipart ETags', () => {
  it('try the part sizes of the usual tools', () => {
    for (const mib of [5, 8, 16, 64]) {
      for (const size of [3 * mib * MIB, 3 * mib * MIB + 1, 10 * mib * MIB - 17]) {
        const parts = Math.ceil(size / (mib * MIB));
        expect(partSizeCandidates(size, parts), `${size} in ${parts}`).to.include(mib * MIB);
      }
    }
  });

  it('only try sizes that give that many parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 10_000 }), (size, parts) => {
        const candidates = partSizeCandidates(size, parts);
        expect(candidates.length).to.be.at.most(4);
        for (const candidate of candidates) expect(Math.ceil(size / candidate)).to.equal(parts);
      }),
    );
  });

  it('come out the same however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 97 }),
        (content, partSize, chunk) => {
          const hash = new MultipartEtagHash(partSize);
          for (let at = 0; at < content.length; at += chunk) hash.update(content.subarray(at, at + chunk));
          const md5s: Buffer[] = [];
          for (let at = 0; at < content.length; at += partSize) {
            md5s.push(
              createHash('md5')
                .update(content.subarray(at, at + partSize))
                .digest(),
            );
          }
          expect(hash.digest()).to.equal(
            `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${md5s.length}`,
          );
        },
      ),
    );
  });
});

describe('content hashes', () => {
  it('compute the checksum that the source returned, in every algorithm', async () => {
    const known = {
      sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      sha1: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
      crc32: 'AAAAAA==',
      crc32c: 'AAAAAA==',
      crc64nvme: 'AAAAAAAAAAA=',
    } as const;
    for (const [algorithm, value] of Object.entries(known)) {
      const checksum = { algorithm, type: 'full', value } as ObjectChecksum;
      const hash = await contentHash({ sourceChecksum: checksum, etag: undefined, partSizes: [], md5: false });
      expect((await hash.digest()).sourceChecksum).to.deep.equal(checksum);
    }
  });
});
