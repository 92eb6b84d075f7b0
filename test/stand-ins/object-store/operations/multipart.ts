import { createHash } from 'node:crypto';
import { concatenate, slice, type Content } from '../blobs.ts';
import type { Bucket, CompletedUpload, ObjectVersion, Part, Upload } from '../bucket.ts';
import { bucketFor, header, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import {
  checksumElement,
  checksumHeader,
  checksumNames,
  combineChecksums,
  type Checksum,
  type ChecksumType,
} from '../checksums.ts';
import { conditionalWrite } from '../conditions.ts';
import { findCopySource } from '../copy-source.ts';
import { digestContent } from '../digest-content.ts';
import { announcedChecksum, checkChecksum, receiveBody, receiveText } from '../receive-body.ts';
import { S3Error } from '../s3-error.ts';
import { encryptionHeaders, readUploadFacts, refuseUnsupported } from '../upload-headers.ts';
import { children, malformedXml, parseXml, text, xmlDocument } from '../xml.ts';
import { readChecksumName } from './copy-object.ts';
import { requireKeyLength, versionHeader } from './put-object.ts';

const maxPartNumber = 10_000;

export function createMultipartUpload(call: Call): Answer {
  const { key } = call.request;
  const bucket = bucketFor(call, 'write');
  requireKeyLength(key);
  const checksumName = readChecksumName(call);
  const checksumType = checksumName === undefined ? undefined : readChecksumType(call, checksumName);
  const facts = readUploadFacts(call, bucket);
  call.authorizer.requireKms(['kms:Decrypt'], facts.encryption?.kmsKeyId, bucket.region);
  const upload = call.store.startUpload(bucket, {
    facts,
    key,
    initiator: call.principal === 'anonymous' ? 'anonymous' : call.principal.accessKeyId,
    ...(checksumName === undefined ? {} : { checksumName }),
    ...(checksumType === undefined ? {} : { checksumType }),
  });
  return xmlAnswer(
    xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: upload.id }),
    {
      ...encryptionHeaders(upload.facts.encryption),
      ...(checksumName === undefined ? {} : { 'x-amz-checksum-algorithm': checksumName }),
      ...(checksumType === undefined ? {} : { 'x-amz-checksum-type': checksumType }),
    },
  );
}

/** CRC64NVME exists for full objects alone, the SHAs as composite alone; the CRCs are composite unless asked. */
function readChecksumType(call: Call, name: Checksum['name']): ChecksumType {
  const asked = header(call, 'x-amz-checksum-type') ?? (name === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const impossible = name === 'CRC64NVME' ? 'COMPOSITE' : name.startsWith('SHA') ? 'FULL_OBJECT' : undefined;
  if ((asked === 'COMPOSITE' || asked === 'FULL_OBJECT') && asked !== impossible) return asked;
  throw new S3Error('InvalidRequest', `The ${asked} checksum type cannot be used with the ${name} checksum algorithm.`);
}

export function findUpload(call: Call, bucket: Bucket): Upload {
  const upload = bucket.uploads.get(parameter(call, 'uploadId') ?? '');
  if (upload?.key === call.request.key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { elements: { UploadId: parameter(call, 'uploadId') ?? '' } },
  );
}

function readPartNumber(call: Call): number {
  const number = Number(parameter(call, 'partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= maxPartNumber) return number;
  throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`);
}

export async function uploadPart(call: Call): Promise<Answer> {
  const bucket = bucketFor(call, 'write');
  refuseUnsupported(call);
  const upload = findUpload(call, bucket);
  const number = readPartNumber(call);
  call.authorizer.requireKms(['kms:GenerateDataKey', 'kms:Decrypt'], upload.facts.encryption?.kmsKeyId, bucket.region);
  const announced = announcedChecksum(call);
  if (upload.checksumName !== undefined && announced !== undefined && announced.name !== upload.checksumName) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumName.toLowerCase()}, actual checksum Type: ${announced.name.toLowerCase()}`,
    );
  }
  // parts are combined by one checksum: the upload's own, or the one that the store adds by itself
  const needed = upload.checksumName ?? call.settings.defaultChecksum;
  const { content, md5, checksums } = await receiveBody(call, needed === 'none' ? [] : [needed]);
  const checksum = needed === 'none' ? undefined : checksums.get(needed);
  storePart(call, bucket, upload, { number, content, etag: md5, ...(checksum === undefined ? {} : { checksum }) });
  const told = announced?.name ?? upload.checksumName;
  return {
    status: 200,
    headers: {
      etag: `"${md5}"`,
      ...(told === undefined ? {} : { [checksumHeader(told)]: checksums.get(told) ?? '' }),
      ...encryptionHeaders(upload.facts.encryption),
    },
  };
}

function storePart(call: Call, bucket: Bucket, upload: Upload, part: Omit<Part, 'size' | 'lastModified'>): void {
  if (bucket.uploads.get(upload.id) !== upload) {
    call.store.blobs.release(part.content);
    findUpload(call, bucket);
  }
  call.store.putPart(bucket, upload.id, { ...part, size: part.content.size, lastModified: call.store.now() });
}

export async function uploadPartCopy(call: Call): Promise<Answer> {
  const bucket = bucketFor(call, 'write');
  refuseUnsupported(call);
  const upload = findUpload(call, bucket);
  const number = readPartNumber(call);
  const source = findCopySource(call);
  const content = call.store.blobs.share(readCopyRange(call, source.version.content));
  const needed = upload.checksumName ?? call.settings.defaultChecksum;
  const { md5, checksum } = await digestContent(call.store.blobs, content, needed === 'none' ? undefined : needed);
  storePart(call, bucket, upload, { number, content, etag: md5, ...(checksum === undefined ? {} : { checksum }) });
  return xmlAnswer(
    xmlDocument('CopyPartResult', {
      ETag: `"${md5}"`,
      LastModified: call.store.clock().toISOString(),
      ...(upload.checksumName === undefined ? {} : { [checksumElement(upload.checksumName)]: checksum }),
    }),
    source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': source.version.versionId },
  );
}

function readCopyRange(call: Call, content: Content): Content {
  const range = header(call, 'x-amz-copy-source-range');
  const [, first, last] = /^bytes=(\d+)-(\d+)$/u.exec(range ?? '') ?? [];
  const [start, end] = range === undefined ? [0, content.size] : [Number(first), Number(last) + 1];
  if (Number.isNaN(start) || Number.isNaN(end)) {
    throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  }
  if (range !== undefined && (start >= end || end > content.size)) {
    throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${content.size}`);
  }
  if (end - start > call.settings.maxCopyBytes) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${call.settings.maxCopyBytes}`,
    );
  }
  return slice(content, start, end);
}

export async function completeMultipartUpload(call: Call): Promise<Answer> {
  const { key } = call.request;
  const bucket = bucketFor(call, 'write');
  const completed = bucket.completed.get(parameter(call, 'uploadId') ?? '');
  if (completed?.key === key) return await completedBefore(call, bucket, completed);
  const upload = findUpload(call, bucket);
  call.authorizer.requireKms(['kms:Decrypt'], upload.facts.encryption?.kmsKeyId, bucket.region);
  const checkConditions = conditionalWrite(call, bucket, key);
  const parts = chooseParts(call, upload, await receiveText(call, 'none'));
  // the body took its time: somebody else may have ended the upload or written the key
  findUpload(call, bucket);
  checkConditions();
  const checksum = checksumOfParts(call, upload, parts);
  const contents = parts.map(({ content }) => content);
  const version = call.store.put(bucket, key, {
    ...upload.facts,
    etag: multipartEtag(parts),
    parts: parts.map(({ number, size, checksum: value }) => ({
      number,
      size,
      ...(value === undefined || upload.checksumName === undefined ? {} : { checksum: value }),
    })),
    ...(checksum === undefined ? {} : { checksum }),
    content: concatenate(contents),
  });
  call.store.endUpload(bucket, upload, new Set(contents));
  bucket.completed.set(upload.id, { key, version });
  return completeAnswer(call, bucket, version);
}

/** S3 answers a repeated Complete as it did the first time, for some time ("CompleteMultipartUpload"). */
async function completedBefore(call: Call, bucket: Bucket, { version }: CompletedUpload): Promise<Answer> {
  await receiveText(call, 'none');
  return completeAnswer(call, bucket, version);
}

function completeAnswer(call: Call, bucket: Bucket, version: ObjectVersion): Answer {
  const { key } = call.request;
  const { checksum } = version;
  return xmlAnswer(
    xmlDocument('CompleteMultipartUploadResult', {
      Location: `http://${header(call, 'host') ?? ''}/${bucket.name}/${encodeURIComponent(key)}`,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${version.etag}"`,
      ...(checksum === undefined
        ? {}
        : { [checksumElement(checksum.name)]: checksum.value, ChecksumType: checksum.type }),
    }),
    { ...versionHeader(bucket, version.versionId), ...encryptionHeaders(version.encryption) },
  );
}

/** The parts that the body lists, each checked against what was uploaded. */
function chooseParts(call: Call, upload: Upload, body: Buffer): Part[] {
  const listed = children(parseXml(body, 'CompleteMultipartUpload'), 'Part');
  if (listed.length === 0) throw malformedXml();
  const parts = listed.map((item) => {
    const part = upload.parts.get(Number(text(item, 'PartNumber')));
    const etag = text(item, 'ETag')
      ?.trim()
      .replace(/^"(.*)"$/u, '$1');
    const stated = checksumNames.map((name) => text(item, checksumElement(name))).find((value) => value !== undefined);
    if (part === undefined || part.etag !== etag || (stated !== undefined && stated !== part.checksum)) {
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { elements: { PartNumber: text(item, 'PartNumber') ?? '', UploadId: upload.id } },
      );
    }
    return part;
  });
  parts.forEach((part, index) => {
    const next = parts[index + 1];
    if (next === undefined) return;
    if (next.number <= part.number) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    if (part.size < call.settings.minPartBytes) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        elements: {
          ProposedSize: String(part.size),
          MinSizeAllowed: String(call.settings.minPartBytes),
          PartNumber: String(part.number),
        },
      });
    }
  });
  return parts;
}

/** The MD5 of the parts' MD5s and the number of parts, which is what S3 makes of them. */
export function multipartEtag(parts: readonly { readonly etag: string }[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}

function checksumOfParts(call: Call, upload: Upload, parts: readonly Part[]): Checksum | undefined {
  const name = upload.checksumName ?? call.settings.defaultChecksum;
  const type = upload.checksumType ?? (name.startsWith('SHA') ? 'COMPOSITE' : 'FULL_OBJECT');
  const values = parts.flatMap(({ checksum, size }) =>
    checksum === undefined ? [] : [{ value: checksum, bytes: size }],
  );
  if (name === 'none' || values.length < parts.length) return undefined;
  const checksum = combineChecksums(name, type, values);
  const announced = announcedChecksum(call);
  if (announced?.value !== undefined) checkChecksum(announced.name, checksum.value, announced.value);
  return checksum;
}

export function abortMultipartUpload(call: Call): Answer {
  const bucket = bucketFor(call, 'write');
  call.store.endUpload(bucket, findUpload(call, bucket));
  return { status: 204 };
}
