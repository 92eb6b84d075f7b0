import type { ConcludedUpdate, JournalRow, LinkValues } from '../catalog/journal.ts';
import type { RowError } from '../org/updates-port.ts';
import { sameLinks } from './link-fields.ts';
import { orgFailureCode } from '../model/failure-codes.ts';

/** What the job itself says of one row; `unknown` when the job or its results are gone. */
export type RowResult =
  { readonly kind: 'successful' | 'unprocessed' | 'unknown' } | { readonly kind: 'failed'; readonly error: RowError };

/**
 * What became of one row. The record decides, the job's result only explains: a job that vanished, or a result that was
 * lost, changes nothing about what the record holds.
 */
export function readBack(row: JournalRow, found: LinkValues | undefined, result: RowResult): ConcludedUpdate {
  const { id, before, after } = row;
  if (found === undefined) {
    return {
      id,
      state: 'failed',
      code: 'record-absent',
      failureClass: 'skip',
      message: 'The record is gone, or hidden from this user.',
    };
  }
  if (sameLinks(found, after)) {
    return before.url === after.url && before.key === after.key
      ? { id, state: 'failed', code: 'prepared', failureClass: 'retry', found }
      : { id, state: 'confirmed', found };
  }
  if (found.url === before.url && (before.url !== after.url || sameLinks(found, before)))
    return { id, state: 'failed', found, ...notWritten(result) };
  if (found.url === after.url) {
    return {
      id,
      state: 'failed',
      code: 'fields-differ',
      failureClass: 'stop',
      message: 'The URL was written, but the fields beside it hold other values.',
      found,
    };
  }
  return {
    id,
    state: 'conflict',
    code: 'changed-meanwhile',
    message: 'Somebody changed the URL; that value stays.',
    found,
  };
}

function notWritten(result: RowResult): Pick<ConcludedUpdate, 'code' | 'message' | 'failureClass'> & object {
  switch (result.kind) {
    case 'failed':
      return {
        code: orgFailureCode(result.error.errorCode),
        failureClass: result.error.failureClass,
        message: result.error.message,
      };
    case 'successful':
      return {
        code: 'restored-in-org',
        failureClass: 'stop',
        message: 'The org wrote the link and something in it restored the old URL.',
      };
    case 'unprocessed':
      return { code: 'not-processed', failureClass: 'retry', message: 'The job ended without trying this row.' };
    case 'unknown':
      return { code: 'not-processed', failureClass: 'retry', message: 'Salesforce gave no result for this row.' };
  }
}
