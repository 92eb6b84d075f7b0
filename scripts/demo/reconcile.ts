import { createHash } from 'node:crypto';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { OWNER_FOLDER, OWN_FOLDER, SNAPSHOT_FOLDER, fileLink, type EvidenceGrade } from '@file-migration/config';
import type { CatalogCounts } from '../../plugin/src/model/counts.ts';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import type { DocumentState } from '../../plugin/src/model/document-state.ts';
import { documentsOf, lookIntoCatalog, revisionsOf } from './catalog-look.ts';
import type { World } from './world.ts';

/** What the org, the catalog and the bucket say about the same files, and where they differ. */
export type Reconciliation = {
  readonly documents: number;
  readonly states: Readonly<Record<DocumentState, number>>;
  readonly evidence: Readonly<Record<EvidenceGrade, number>>;
  /** As listed from the bucket. */
  readonly target: { readonly objects: number; readonly bytes: number };
  /** Objects by what they are: a document's present file, an older revision, a deleted document's file, a way back. */
  readonly accounted: {
    readonly current: number;
    readonly older: number;
    readonly ofDeleted: number;
    readonly rollbackFiles: number;
    readonly catalogFiles: number;
  };
  readonly inOrg: number;
  /** The org's records by what their URL is: our link for this very record, or the original. */
  readonly urls: { readonly ours: number; readonly original: number };
  /** Copies compared with their sources, byte for byte. */
  readonly compared: number;
  /** Every disagreement, as a sentence; empty when all is well. */
  readonly differences: readonly string[];
};

/** Lists the bucket, reads every copy and its source, and compares them with the catalog and the org. */
export async function reconcile(world: World): Promise<Reconciliation> {
  return lookIntoCatalog(world, async (catalog) => {
    const listed = await listTarget(world);
    const differences: string[] = [];
    const accounted = { current: 0, older: 0, ofDeleted: 0, rollbackFiles: 0, catalogFiles: 0 };
    const urls = { ours: 0, original: 0 };
    let compared = 0;
    for await (const document of documentsOf(catalog)) {
      differences.push(...recordDifferences(world, document, urls));
      if (document.target === undefined || document.key === undefined) continue;
      compared += 1;
      accounted[document.recordState === 'deleted' ? 'ofDeleted' : 'current'] += 1;
      differences.push(
        ...differencesOf(world, listed, { key: document.key, url: document.originalUrl, id: document.id }),
      );
      listed.keys.delete(document.key);
    }
    for await (const revision of revisionsOf(catalog)) {
      compared += 1;
      accounted.older += 1;
      differences.push(
        ...differencesOf(world, listed, { key: revision.key, url: revision.originalUrl, id: revision.document }),
      );
      listed.keys.delete(revision.key);
    }
    for (const key of listed.keys) {
      // what a switch writes before the org: the way back, one object a job
      if (key.includes(`/${OWN_FOLDER}rollback/`)) accounted.rollbackFiles += 1;
      // who owns the files, and snapshots of the catalog
      else if (key.includes(`/${OWNER_FOLDER}`) || key.includes(`/${SNAPSHOT_FOLDER}`)) accounted.catalogFiles += 1;
      else differences.push(`The bucket holds ${key}, which the catalog does not know.`);
    }
    const counts = await catalog.counts();
    const inOrg = documentsInOrg(world);
    differences.push(...sums(counts, inOrg));
    return {
      ...summary(counts),
      target: { objects: listed.objects, bytes: listed.bytes },
      accounted,
      inOrg,
      urls,
      compared,
      differences,
    };
  });
}

/** What a record in the org holds, against what the catalog says of it. */
function recordDifferences(
  { org, redirect }: World,
  { id, recordState, linkState, originalUrl, key }: CatalogDocument,
  urls: { ours: number; original: number },
): string[] {
  if (recordState === 'deleted') return [];
  const record = org.records.read(id);
  const url = (record?.Document__c as string | null | undefined) ?? '';
  if (url === fileLink(redirect.url, id)) {
    urls.ours += 1;
    if (linkState !== 'ours') return [`${id} has our link in the org, and "${linkState}" in the catalog.`];
    return record?.File_Key__c === key && record?.File_Original_Url__c === originalUrl
      ? []
      : [`${id} has our link, but not the key and the original URL that the catalog knows.`];
  }
  urls.original += 1;
  if (linkState !== 'original') return [`${id} has no link of ours in the org, and "${linkState}" in the catalog.`];
  return url === originalUrl ? [] : [`${id} has another URL in the org than in the catalog: ${url}.`];
}

function summary({
  documents,
  states,
  evidence,
}: CatalogCounts): Pick<Reconciliation, 'documents' | 'states' | 'evidence'> {
  return { documents, states, evidence };
}

function sums({ documents, states }: CatalogCounts, inOrg: number): string[] {
  const sum = Object.values(states).reduce((total, state) => total + state, 0);
  const differences = [];
  if (sum !== documents) differences.push(`The states sum to ${sum}, the documents are ${documents}.`);
  if (documents - states.deleted !== inOrg) {
    differences.push(`The catalog has ${documents - states.deleted} present documents, the org ${inOrg}.`);
  }
  return differences;
}

type Listing = { readonly keys: Set<string>; objects: number; bytes: number };

async function listTarget({ store, ownBucket, environment }: World): Promise<Listing> {
  const client = new S3Client({
    endpoint: store.url,
    region: store.region,
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment.MIGRATOR_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.MIGRATOR_SECRET_ACCESS_KEY ?? '',
    },
  });
  const listing: Listing = { keys: new Set(), objects: 0, bytes: 0 };
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: ownBucket, ContinuationToken: token }));
    for (const { Key, Size } of page.Contents ?? []) {
      listing.keys.add(Key ?? '');
      listing.objects += 1;
      listing.bytes += Size ?? 0;
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  client.destroy();
  return listing;
}

function differencesOf(
  { store, ownBucket, vendorBucket }: World,
  listed: Listing,
  { key, url, id }: { readonly key: string; readonly url: string; readonly id: string },
): string[] {
  if (!listed.keys.has(key)) return [`The copy of ${id} is not in the bucket: ${key}.`];
  const source = store.read(vendorBucket, decodeURIComponent(new URL(url).pathname.slice(1)));
  return hash(source) === hash(store.read(ownBucket, key))
    ? []
    : [`The copy of ${id} differs from its source: ${key}.`];
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function documentsInOrg({ org }: World): number {
  let documents = 0;
  for (const record of org.records.allDocuments()) if (record.Type_Current__c !== 'Folder') documents += 1;
  return documents;
}
