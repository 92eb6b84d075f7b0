import { bucketFor, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { S3Error } from '../s3-error.ts';
import { compareUtf8 } from '../sorted-keys.ts';
import { xmlDocument } from '../xml.ts';
import { owner, readListing } from './list-objects.ts';
import { findUpload } from './multipart.ts';

function readLimit(call: Call, name: string): number {
  const asked = parameter(call, name) ?? '1000';
  if (/^\d{1,9}$/u.test(asked)) return Math.min(Number(asked), 1000);
  throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
}

export function listParts(call: Call): Answer {
  const bucket = bucketFor(call, 'write');
  const upload = findUpload(call, bucket);
  const marker = Number(parameter(call, 'part-number-marker') ?? '0');
  const maxParts = readLimit(call, 'max-parts');
  const all = [...upload.parts.values()].filter(({ number }) => number > marker).sort((a, b) => a.number - b.number);
  const page = all.slice(0, maxParts);
  const name = upload.checksumName;
  return xmlAnswer(
    xmlDocument('ListPartsResult', {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      Initiator: { ID: upload.initiator, DisplayName: upload.initiator },
      Owner: owner,
      StorageClass: upload.facts.storageClass,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: maxParts,
      IsTruncated: page.length < all.length,
      ChecksumAlgorithm: name,
      ChecksumType: upload.checksumType,
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(name === undefined ? {} : { [checksumElement(name)]: part.checksum }),
      })),
    }),
  );
}

export function listMultipartUploads(call: Call): Answer {
  const bucket = bucketFor(call, 'list');
  const { prefix, delimiter, encode } = readListing(call);
  if (delimiter !== '') throw new S3Error('NotImplemented', 'This store lists uploads without a delimiter.');
  const maxUploads = readLimit(call, 'max-uploads');
  const keyMarker = parameter(call, 'key-marker') ?? '';
  const idMarker = parameter(call, 'upload-id-marker') ?? '';
  const all = [...bucket.uploads.values()]
    .filter((upload) => {
      const order = compareUtf8(upload.key, keyMarker);
      return upload.key.startsWith(prefix) && (order > 0 || (order === 0 && idMarker !== '' && upload.id > idMarker));
    })
    .sort((a, b) => compareUtf8(a.key, b.key) || (a.id < b.id ? -1 : 1));
  const page = all.slice(0, maxUploads);
  const last = page.length < all.length ? page.at(-1) : undefined;
  return xmlAnswer(
    xmlDocument('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: last === undefined ? undefined : encode(last.key),
      NextUploadIdMarker: last?.id,
      Prefix: encode(prefix),
      EncodingType: parameter(call, 'encoding-type'),
      MaxUploads: maxUploads,
      IsTruncated: last !== undefined,
      Upload: page.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiator: { ID: upload.initiator, DisplayName: upload.initiator },
        Owner: owner,
        StorageClass: upload.facts.storageClass,
        Initiated: new Date(upload.initiated).toISOString(),
        ChecksumAlgorithm: upload.checksumName,
        ChecksumType: upload.checksumType,
      })),
    }),
  );
}
