import { Failure } from '../../errors/failure.ts';
import { entityTag } from '../evidence/entity-tag.ts';
import { longBody } from '../http/response-body.ts';
import type { SourceBody, SourceReader } from './reader.ts';
import type { SalesforceFile, SalesforceFileOpener } from '../storage-options.ts';

/** Reads the one Salesforce file that is linked to the document's record: a substitute for a source nobody can read. */
export function salesforceFileSourceReader(open: SalesforceFileOpener): SourceReader {
  return {
    way: 'salesforce-file',
    can: { conditionalReads: false, versions: false, checksums: true },
    appliesTo: () => true,
    async open(_location, request, _lane, signal) {
      const file = await open(request.document, signal);
      if (file === undefined) {
        throw new Failure('The record has no Salesforce file, or more than one.', {
          code: 'no-single-salesforce-file',
          failureClass: 'skip',
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

function readableBody({ body, size }: SalesforceFile): SourceBody {
  async function* chunks(): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length;
      yield chunk;
    }
    if (received === size) return;
    throw new Failure(`${received} of ${size} bytes arrived.`, { code: 'short-body', failureClass: 'retry' });
  }
  return {
    [Symbol.asyncIterator]: chunks,
    async into(buffer, tap) {
      let received = 0;
      for await (const chunk of chunks()) {
        if (received + chunk.length > buffer.length) throw longBody(buffer.length);
        received += chunk.copy(buffer, received);
        tap?.(chunk);
      }
      return received;
    },
    cancel: () => void body.destroy(),
  };
}
