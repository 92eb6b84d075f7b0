import { createHash } from 'node:crypto';
import type { ClaimedDocument } from '../../../plugin/src/catalog/copy-queue.ts';
import type { CopyOutcome } from '../../../plugin/src/model/copy-outcome.ts';
import type { OrgDocument } from '../../../plugin/src/model/document.ts';
import { createAccountNames } from '@file-migration/stand-ins/population/account-names';
import { population } from '@file-migration/stand-ins/population/population';
import { accountIdAt } from '@file-migration/stand-ins/population/record-ids';

/** Pages of documents as the org would send them, with the measured shape of a real org. */
export function* pages(documents: number, pageSize: number): Generator<OrgDocument[]> {
  const all = population({ seed: 7, documents });
  const names = new Map<string, string>();
  const nameOf = createAccountNames(7);
  let known = 0;
  let page: OrgDocument[] = [];
  for (const record of all.documents()) {
    while (record.Account__c !== null && !names.has(record.Account__c)) names.set(accountIdAt(known), nameOf(known++));
    page.push({
      id: record.Id,
      name: record.Name,
      accountId: record.Account__c ?? undefined,
      accountName: record.Account__c === null ? undefined : names.get(record.Account__c),
      url: record.Document__c ?? '',
      externalId: record.Identifier__c ?? undefined,
      lastModifiedAt: Date.parse(record.LastModifiedDate),
      systemModstamp: Date.parse(record.SystemModstamp),
      deleted: false,
    });
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** What becomes of a claimed document: nearly all are copied through us, with every fact that two stores return. */
export function outcomeOf({ id }: Pick<ClaimedDocument, 'id'>, index: number): CopyOutcome {
  if (index % 20 === 19) {
    return { kind: 'missing', code: 'source-missing', failureClass: 'skip', message: 'The source answered 404.' };
  }
  const digest = createHash('sha256').update(id).digest();
  const size = 1_307_000 + (index % 1_000);
  const etag = digest.toString('hex', 0, 16);
  return {
    kind: 'copied',
    method: 's3',
    verified: true,
    evidence: 'B',
    source: { size, etag, lastModifiedAt: 1_700_000_000_000 + index },
    target: { size, etag, checksum: `sha256:full:${digest.toString('base64')}` },
    sha256: digest.toString('hex'),
    alreadyThere: false,
    substitute: false,
  };
}
