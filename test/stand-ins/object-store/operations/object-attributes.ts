import type { ObjectVersion } from '../bucket.ts';
import { header, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { findObject } from '../find-object.ts';
import { S3Error } from '../s3-error.ts';
import { xmlDocument, type XmlTree } from '../xml.ts';
import { versionHeader } from './put-object.ts';

const known = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

export function getObjectAttributes(call: Call): Answer {
  const { bucket, version } = findObject(call, call.request.bucket, call.request.key, parameter(call, 'versionId'));
  const asked = (header(call, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  if (asked.some((name) => !known.includes(name))) {
    throw new S3Error('InvalidArgument', 'Invalid attribute name specified.');
  }
  const wants = (name: string): boolean => asked.includes(name);
  const { checksum } = version;
  return xmlAnswer(
    xmlDocument('GetObjectAttributesResponse', {
      ETag: wants('ETag') ? version.etag : undefined,
      Checksum:
        wants('Checksum') && checksum !== undefined
          ? { [checksumElement(checksum.name)]: checksum.value, ChecksumType: checksum.type }
          : undefined,
      ObjectParts: wants('ObjectParts') ? partsTree(call, version) : undefined,
      StorageClass: wants('StorageClass') ? version.storageClass : undefined,
      ObjectSize: wants('ObjectSize') ? version.content.size : undefined,
    }),
    { 'last-modified': new Date(version.lastModified).toUTCString(), ...versionHeader(bucket, version.versionId) },
  );
}

/** S3 lists the parts one by one only when their upload was begun with a checksum algorithm. */
function partsTree(call: Call, { parts, checksum }: ObjectVersion): XmlTree | undefined {
  if (parts === undefined) return undefined;
  const marker = Number(header(call, 'x-amz-part-number-marker') ?? '0');
  const maxParts = Math.min(Number(header(call, 'x-amz-max-parts') ?? '1000'), 1000);
  const rest = parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, maxParts);
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: maxParts,
    IsTruncated: page.length < rest.length,
    Part:
      checksum === undefined || parts.some((part) => part.checksum === undefined)
        ? []
        : page.map((part) => ({
            PartNumber: part.number,
            Size: part.size,
            [checksumElement(checksum.name)]: part.checksum,
          })),
  };
}
