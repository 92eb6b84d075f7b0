import { Failure } from '../../../model/failure.ts';
import type { ContentHashes, WholeHashes } from '../../evidence/content-hash.ts';
import { checkedContentType } from '../content-type.ts';
import { streamedEvidence } from '../../evidence/grade.ts';
import { damagedSource, sourceLeg, type ComparableHashes, type SourceLeg } from '../../evidence/source-leg.ts';
import type { OpenedSource } from '../../source/reader.ts';
import type { StreamedCopy, StreamJob } from './job.ts';
import { describeObject, type ObjectDescription } from '../../target/headers.ts';
import { objectFacts } from '../../s3/stored-object.ts';
import type { WrittenObject } from '../../target/put.ts';

/** The source's leg. @throws Failure `source-damaged-in-transit` for a mismatch */
export function checkedSourceLeg(opened: OpenedSource, hashes: ComparableHashes): Exclude<SourceLeg, 'mismatch'> {
  const leg = sourceLeg(opened, hashes);
  if (leg === 'mismatch') throw damagedSource();
  return leg;
}

/** @throws Failure of class `skip`, code `suspect-content` */
export async function describeChecked(
  { reader, request, parts }: StreamJob,
  opened: OpenedSource,
  firstBytes: Buffer,
): Promise<ObjectDescription> {
  const { contentType, suspect } = await checkedContentType(request.fileName, firstBytes);
  if (suspect && (reader.method === 'https' || reader.method === 'vendor-api')) {
    throw new Failure(`Instead of ${contentType} a page of HTML came.`, {
      code: 'suspect-content',
      actions: ['Open the URL in a browser: it is probably an error or sign-in page.'],
    });
  }
  const source = { etag: opened.etag?.value, contentEncoding: opened.contentEncoding };
  return describeObject(parts.target, request, source, contentType);
}

export function copied(
  { reader }: StreamJob,
  opened: OpenedSource,
  { hashes, leg }: { readonly hashes: ContentHashes | WholeHashes; readonly leg: Exclude<SourceLeg, 'mismatch'> },
  written: WrittenObject,
): StreamedCopy {
  const targetLeg = written.leg === 'read' ? 'etag' : written.leg;
  return {
    kind: 'copied',
    method: reader.method,
    evidence: streamedEvidence(opened, leg, written.object, targetLeg),
    source: objectFacts({ ...opened, size: hashes.size }),
    target: objectFacts(written.object),
    ...(hashes.sha256 !== undefined && { sha256: hashes.sha256 }),
    alreadyThere: written.alreadyThere,
    substitute: reader.method === 'salesforce-file',
  };
}

export function tooLarge(size: number, most: number): Failure {
  return new Failure(`The file has ${size} bytes; at most ${most} are copied.`, {
    code: 'too-large',
  });
}
