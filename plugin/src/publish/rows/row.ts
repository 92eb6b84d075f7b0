import { hash } from 'node:crypto';
import type { RunStatus } from '../../model/run.ts';
import type { PublishedObject, PublishedRecord } from '../../org/publications-port.ts';

/** One record as it is published: see docs/publishing-contract.md for every field. */
export type Row = {
  readonly object: PublishedObject;
  /** The external id without the catalog's UUID. */
  readonly key: string;
  readonly record: PublishedRecord;
  /** Tells whether the record in the org is the same. */
  readonly hash: string;
  /** Of a run's row. */
  readonly status?: RunStatus;
  /** The row that this one refers to: the org must have it. */
  readonly refersTo?: string;
};

/** Lengths of the text fields in `force-app/main`, in UTF-16 units. */
export const fieldLength = { name: 80, code: 80, textArea: 255, errorMessage: 4_096, snapshot: 32_768 } as const;

/** 96 bits: two contents of one row share a hash by chance once in 10^28 changes. */
const hashLength = 16;

export function row(
  uuid: string,
  { object, key, fields, ...more }: Omit<Row, 'record' | 'hash'> & { readonly fields: PublishedRecord },
): Row {
  const record = { External_Id__c: externalId(uuid, key), Catalog_Id__c: uuid, ...fields };
  return {
    object,
    key,
    record,
    hash: hash('sha256', JSON.stringify(record), 'base64url').slice(0, hashLength),
    ...more,
  };
}

export function externalId(uuid: string, key: string): string {
  return `${uuid}:${key}`;
}

/** A moment as Salesforce takes it; null stays null. */
export function dateTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
