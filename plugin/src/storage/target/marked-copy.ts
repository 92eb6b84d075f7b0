import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import type { ObjectFacts } from '../../model/object-facts.ts';
import { headObject, objectFacts } from '../s3/stored-object.ts';
import type { TargetBucket } from './bucket.ts';
import { METADATA } from './headers.ts';

/** What the metadata that every copy carries say of an object. */
export type MarkedCopy = {
  readonly organization: string;
  readonly document: DocumentId;
  readonly revision: number;
  readonly target: ObjectFacts;
};

/** @throws Failure */
export async function markedCopy(
  target: TargetBucket,
  key: string,
  signal: AbortSignal,
): Promise<MarkedCopy | undefined> {
  const object = await headObject(target.client, key, signal);
  if (object === undefined) return undefined;
  const organization = object.metadata(METADATA.organization);
  const document = parseSalesforceId(object.metadata(METADATA.document) ?? '');
  const revision = Number(object.metadata(METADATA.revision));
  if (organization === undefined || document === undefined || !Number.isSafeInteger(revision) || revision < 1) {
    return undefined;
  }
  return { organization, document: document as DocumentId, revision, target: objectFacts(object) };
}
