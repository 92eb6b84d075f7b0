import { Failure } from '../../model/failure.ts';
import { entityTag } from '../evidence/entity-tag.ts';
import { ResponseBody } from '@file-migration/http/response-body';
import type { SourceBody, SourceReader } from './reader.ts';
import type { SalesforceFile, SalesforceFileOpener } from '../storage-options.ts';

/** Reads the one Salesforce file that is linked to the document's record: a substitute for a source nobody can read. */
export function salesforceFileSourceReader(open: SalesforceFileOpener): SourceReader {
  return {
    method: 'salesforce-file',
    can: { conditionalReads: false, versions: false, checksums: true },
    appliesTo: () => true,
    async open(_location, request, _lane, signal) {
      const file = await open(request.document, signal);
      if (file === undefined) {
        throw new Failure('The record has no Salesforce file, or more than one.', {
          code: 'no-single-salesforce-file',
        });
      }
      return {
        size: file.size,
        // The org keeps an MD5 of each version: the same proof as an MD5 ETag.
        etag: entityTag(file.md5?.toLowerCase()),
        versionId: file.versionId,
        checksum: undefined,
        lastModifiedAt: file.lastModifiedAt,
        contentType: undefined,
        contentEncoding: undefined,
        partSizes: [],
        body: readableBody(file),
        toLarge: () => true,
      };
    },
  };
}

function readableBody({ body: stream, size }: SalesforceFile): SourceBody {
  const body = new ResponseBody(
    { pause: () => stream.pause(), resume: () => stream.resume(), abandon: () => stream.destroy() },
    size,
  );
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  stream.once('error', (error) => body.fail(error));
  // Also for a stream that ends before its time: the body knows how long it must be.
  stream.once('close', () => body.end());
  stream.once('end', () => body.end());
  return body;
}
