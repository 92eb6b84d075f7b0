import { hash } from 'node:crypto';
import type { ErrorClassCount } from '../../model/counts.ts';
import { keyPrefix } from '../../catalog/published-keys.ts';
import type { OpenError } from '../../catalog/publication.ts';
import { publishedObjects } from '../../org/publications-port.ts';
import { advice } from '../../model/guidance.ts';
import { cut } from '../../format/cut.ts';
import { dateTime, externalId, fieldLength, row, type Row } from './row.ts';

/** Together with UUID, kind and document id it stays below the 120 characters of an external id. */
const longestCodeInKey = 48;

/** One row a code: where it occurred with several failure classes, the one with most documents is shown. */
export function errorClassRows(uuid: string, classes: readonly ErrorClassCount[]): Row[] {
  const byCode = Map.groupBy(classes, ({ code }) => code);
  return [...byCode.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [errorClassRow(uuid, more.reduce(together, first))],
  );
}

function together(a: ErrorClassCount, b: ErrorClassCount): ErrorClassCount {
  return {
    ...(a.documents >= b.documents ? a : b),
    documents: a.documents + b.documents,
    occurrences: a.occurrences + b.occurrences,
    worthRetry: a.worthRetry || b.worthRetry,
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}

function errorClassRow(uuid: string, error: ErrorClassCount): Row {
  return row(uuid, {
    object: publishedObjects.error,
    key: `${keyPrefix.errorClass}${codeInKey(error.code)}`,
    fields: {
      Kind__c: 'class',
      ...sharedFields(error),
      Message__c: cut(error.example, fieldLength.errorMessage),
      Advice__c: cut(advice(error), fieldLength.textArea),
      Documents__c: error.documents,
    },
  });
}

export function errorDocumentRow(uuid: string, error: OpenError): Row {
  const runKey = `${keyPrefix.run}${error.runId}`;
  return row(uuid, {
    object: publishedObjects.error,
    key: `${keyPrefix.errorDocument}${error.document}:${codeInKey(error.code)}`,
    fields: {
      Kind__c: 'document',
      ...sharedFields(error),
      Document_Id__c: error.document,
      Message__c: cut(error.message, fieldLength.errorMessage),
      Documents__c: 1,
      ...(error.isRunPublished && { Run__r: { External_Id__c: externalId(uuid, runKey) } }),
    },
    ...(error.isRunPublished && { refersTo: runKey }),
  });
}

function sharedFields(
  error: Pick<OpenError, 'code' | 'failureClass' | 'occurrences' | 'worthRetry' | 'firstAt' | 'lastAt'>,
): Row['record'] {
  return {
    Name: cut(error.code, fieldLength.name),
    Code__c: cut(error.code, fieldLength.code),
    Failure_Class__c: error.failureClass,
    Occurrences__c: error.occurrences,
    Worth_Retry__c: error.worthRetry,
    First_Seen__c: dateTime(error.firstAt),
    Last_Seen__c: dateTime(error.lastAt),
  };
}

/** Codes of Salesforce have no limit of their own. */
function codeInKey(code: string): string {
  if (code.length <= longestCodeInKey) return code;
  const mark = hash('sha256', code, 'hex').slice(0, 8);
  return `${code.slice(0, longestCodeInKey - 1 - mark.length)}-${mark}`;
}
