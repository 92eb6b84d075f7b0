import { isDeleteMarker, type Entry } from '../bucket.ts';
import { bucketFor, parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { S3Error } from '../s3-error.ts';
import { xmlDocument, type XmlTree } from '../xml.ts';
import { owner, readListing } from './list-objects.ts';

/** All versions and delete markers, by key and then newest first. */
export function listObjectVersions(call: Call): Answer {
  const bucket = bucketFor(call, 'list');
  const { prefix, delimiter, maxKeys, encode } = readListing(call);
  if (delimiter !== '') throw new S3Error('NotImplemented', 'This store lists versions without a delimiter.');
  const keyMarker = parameter(call, 'key-marker') ?? '';
  const idMarker = parameter(call, 'version-id-marker');
  const rows: { key: string; entry: Entry; latest: boolean }[] = [];
  let truncated = false;
  for (const key of bucket.keysFrom(keyMarker > prefix ? keyMarker : prefix)) {
    if (!key.startsWith(prefix) || truncated) break;
    const entries = bucket.versions(key);
    const marked = key === keyMarker ? entries.findIndex(({ versionId }) => versionId === idMarker) : -1;
    if (key === keyMarker && marked < 0) continue;
    for (const [index, entry] of entries.entries()) {
      if (index <= marked) continue;
      truncated = rows.length === maxKeys;
      if (truncated) break;
      rows.push({ key, entry, latest: index === 0 });
    }
  }
  const last = truncated ? rows.at(-1) : undefined;
  const row = ({ key, entry, latest }: (typeof rows)[number]): XmlTree => ({
    Key: encode(key),
    VersionId: entry.versionId,
    IsLatest: latest,
    LastModified: new Date(entry.lastModified).toISOString(),
    ...(isDeleteMarker(entry)
      ? {}
      : { ETag: `"${entry.etag}"`, Size: entry.content.size, StorageClass: entry.storageClass }),
    Owner: owner,
  });
  return xmlAnswer(
    xmlDocument('ListVersionsResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: idMarker,
      NextKeyMarker: last === undefined ? undefined : encode(last.key),
      NextVersionIdMarker: last?.entry.versionId,
      MaxKeys: maxKeys,
      EncodingType: parameter(call, 'encoding-type'),
      IsTruncated: truncated,
      Version: rows.filter(({ entry }) => !isDeleteMarker(entry)).map(row),
      DeleteMarker: rows.filter(({ entry }) => isDeleteMarker(entry)).map(row),
    }),
  );
}
