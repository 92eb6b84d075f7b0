import type { DocumentId } from '@file-migration/config';
import type { Readable } from 'node:stream';
import { Failure } from '../model/failure.ts';
import { dataPath, type OrgClient } from './client.ts';
import type { LinkedFile, Row } from './port.ts';
import { fewRows } from './rest-query.ts';
import { textOf, valueAt } from './row.ts';
import { soqlText } from './soql.ts';

/**
 * The one Salesforce file linked to a document. Two API calls, its content a third: all of them are refused once the
 * spent share of the org's daily budget has reached `budgetShare` (0 to 1).
 * @throws Failure of class `skip`: code `salesforce-file-missing` without one, `salesforce-file-ambiguous` with several;
 * of class `pause`: code `api-budget-spent`
 */
export async function linkedFile(client: OrgClient, document: DocumentId, budgetShare: number): Promise<LinkedFile> {
  requireBudget(client, budgetShare);
  const links = await fewRows(
    client,
    `SELECT ContentDocumentId, ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink WHERE LinkedEntityId = ${soqlText(document)} LIMIT 2`,
  );
  const [link] = links;
  if (link === undefined) {
    throw new Failure('No Salesforce file is linked to the document.', {
      code: 'salesforce-file-missing',
    });
  }
  if (links.length > 1) {
    throw new Failure('Several Salesforce files are linked to the document: nobody knows which one is meant.', {
      code: 'salesforce-file-ambiguous',
    });
  }
  return latestVersion(client, link);
}

/** Streams the content as it is stored: jsforce would read it as text and corrupt it. */
export async function openLinkedFile(client: OrgClient, file: LinkedFile, budgetShare: number): Promise<Readable> {
  requireBudget(client, budgetShare);
  const path = dataPath(
    client.session.apiVersion,
    `sobjects/ContentVersion/${encodeURIComponent(file.versionId)}/VersionData`,
  );
  return (await client.open({ path, accept: '*/*', explain: fileRefused })).body;
}

/** A file that was deleted meanwhile, or that this user may not open, says nothing about other files. */
function fileRefused(status: number, failure: Failure): Failure {
  if (failure.failureClass !== 'stop') return failure;
  if (status === 404) return new Failure(failure.message, { code: 'salesforce-file-missing', failureClass: 'skip' });
  if (status !== 403) return failure;
  return new Failure(failure.message, { code: 'salesforce-file-denied', failureClass: 'skip', actions: mayNotRead });
}

const mayNotRead = ['Give the integration user the permission View All Data, or Query All Files.'];

async function latestVersion(client: OrgClient, link: Row): Promise<LinkedFile> {
  const versionId = textOf(valueAt(link, 'ContentDocument.LatestPublishedVersionId'));
  const [version] = await fewRows(
    client,
    `SELECT Title, FileExtension, ContentSize, Checksum FROM ContentVersion WHERE Id = ${soqlText(versionId)}`,
  );
  if (version === undefined) {
    throw new Failure('The Salesforce file that is linked to the document cannot be read by this user.', {
      code: 'salesforce-file-denied',
      failureClass: 'skip',
      actions: mayNotRead,
    });
  }
  const [title, extension] = [textOf(version.Title), textOf(version.FileExtension)];
  return {
    versionId,
    name: extension === '' ? title : `${title}.${extension}`,
    size: Number(version.ContentSize),
    md5: textOf(version.Checksum).toLowerCase() || undefined,
  };
}

function requireBudget(client: OrgClient, budgetShare: number): void {
  const usage = client.usage();
  if (usage === undefined || usage.used < usage.limit * budgetShare) return;
  throw new Failure(
    `${usage.used} of the org's ${usage.limit} API calls of today are spent: files are not read from Salesforce beyond ${Math.round(budgetShare * 100)} %.`,
    {
      code: 'api-budget-spent',
      actions: ['Wait until the daily API limit frees up (it rolls over 24 hours), then start the backup again.'],
    },
  );
}
