import { count, duration, fill } from 'c/fileMigrationText';
import { reduceErrors } from 'c/fileMigrationWire';
import EMPTY from '@salesforce/label/c.File_Migration_Empty';
import EMPTY_MORE from '@salesforce/label/c.File_Migration_Empty_More';
import ERROR from '@salesforce/label/c.File_Migration_Error';
import EXCEPTIONS from '@salesforce/label/c.File_Migration_Exceptions';
import FAILED from '@salesforce/label/c.File_Migration_Message_Failed';
import INTERRUPTED from '@salesforce/label/c.File_Migration_Message_Interrupted';
import KIND_ERROR from '@salesforce/label/c.File_Migration_Kind_Error';
import KIND_INFO from '@salesforce/label/c.File_Migration_Kind_Info';
import KIND_WARNING from '@salesforce/label/c.File_Migration_Kind_Warning';
import NO_PERMISSION from '@salesforce/label/c.File_Migration_No_Permission';
import NO_PERMISSION_MORE from '@salesforce/label/c.File_Migration_No_Permission_More';
import STALE from '@salesforce/label/c.File_Migration_Stale';
import STALE_MORE from '@salesforce/label/c.File_Migration_Stale_More';
import STOPPED from '@salesforce/label/c.File_Migration_Message_Stopped';
import WITH_FAILURES from '@salesforce/label/c.File_Migration_Message_With_Failures';

const KINDS = { error: KIND_ERROR, info: KIND_INFO, warning: KIND_WARNING };

/** What the panel says before its figures: only when somebody should know or do something. */
export function messageFor(state, { error, run, silentSeconds, exceptions }) {
  const next = { detail: run?.Message__c, command: run?.Next_Step__c };
  switch (state) {
    case 'no-permission':
      return message('info', NO_PERMISSION, { detail: NO_PERMISSION_MORE });
    case 'error':
      return message('error', ERROR, { detail: reduceErrors(error).join(' ') });
    case 'empty':
      return message('info', EMPTY, { detail: EMPTY_MORE, command: 'sf migrate files backup' });
    case 'stale':
      return message('warning', fill(STALE, duration(silentSeconds)), { detail: STALE_MORE });
    case 'interrupted':
      return message('warning', INTERRUPTED, next);
    case 'stopped':
      return message('warning', STOPPED, next);
    case 'failed':
      return message('error', FAILED, next);
    case 'exceptions':
      return message('warning', fill(EXCEPTIONS, count(exceptions)), next);
    case 'completed_with_failures':
      return message('warning', WITH_FAILURES, next);
    default:
      return undefined;
  }
}

function message(kind, title, { detail, command } = {}) {
  return {
    kind: KINDS[kind],
    title,
    detail,
    command,
    icon: `utility:${kind}`,
    variant: kind === 'info' ? '' : kind,
    className: `message ${kind} slds-media slds-m-vertical_small`,
  };
}
