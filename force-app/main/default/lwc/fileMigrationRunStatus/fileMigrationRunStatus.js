import COMPLETED from '@salesforce/label/c.File_Migration_Status_Completed';
import COMPLETED_WITH_FAILURES from '@salesforce/label/c.File_Migration_Status_With_Failures';
import FAILED from '@salesforce/label/c.File_Migration_Status_Failed';
import INTERRUPTED from '@salesforce/label/c.File_Migration_Status_Interrupted';
import RUNNING from '@salesforce/label/c.File_Migration_Status_Running';
import STOPPED from '@salesforce/label/c.File_Migration_Status_Stopped';

const STATUSES = {
  running: [RUNNING, 'alt-inverse'],
  completed: [COMPLETED, 'success'],
  completed_with_failures: [COMPLETED_WITH_FAILURES, 'warning'],
  stopped: [STOPPED, 'warning'],
  interrupted: [INTERRUPTED, 'warning'],
  failed: [FAILED, 'error'],
};

/** The status of a run in the reader's language; one that this version does not know is shown as it is. */
export function statusLabel(status) {
  return STATUSES[status]?.[0] ?? status;
}

/** The SLDS theme of a status: alt-inverse (at work), success, warning or error. */
export function statusTone(status) {
  return STATUSES[status]?.[1] ?? 'shade';
}
