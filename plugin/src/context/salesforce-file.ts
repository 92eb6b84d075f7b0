import type { DocumentId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import type { LinkedFile, Org } from '../org/port.ts';
import type { SalesforceFileOpener } from '../storage/storage-options.ts';

/** API calls that one file costs: the links, the version, the content. */
const callsPerFile = 3;

/**
 * Reads the Salesforce file that is linked to a document, within a budget of API calls.
 * @throws Failure `salesforce-file-budget` (pause) when the run has used up its calls
 */
export function salesforceFileOpener(org: Org, calls: number): SalesforceFileOpener {
  let left = calls;
  return async (document) => {
    if (left < callsPerFile) {
      throw new Failure(`Reading Salesforce files has used up its ${calls} API calls of the day.`, {
        code: 'salesforce-file-budget',
        retryAfterMs: 24 * 3_600_000,
        actions: ['Go on tomorrow, or raise source.salesforceFile.callsPerDay in migration.json.'],
      });
    }
    left -= callsPerFile;
    const file = await onlyFile(org, document);
    if (file === undefined) return undefined;
    return { size: file.size, versionId: file.versionId, md5: file.md5, body: await org.openLinkedFile(file) };
  };
}

/** No file, or several of which nobody knows the right one, are no substitute. */
async function onlyFile(org: Org, document: DocumentId): Promise<LinkedFile | undefined> {
  try {
    return await org.linkedFile(document);
  } catch (error) {
    if (error instanceof Failure && error.failureClass === 'skip') return undefined;
    throw error;
  }
}
