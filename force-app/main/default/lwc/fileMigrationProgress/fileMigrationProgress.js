/** States of documents that nobody can decide on but a person. */
const ATTENTION = ['Changed__c', 'Failed__c', 'Missing__c', 'Denied__c', 'Archived__c'];
/** States of documents that are not switched yet, and need nothing but the next run. */
const WAITING = ['Discovered__c', 'Copied__c', 'Verified__c'];

/**
 * How far the migration is, from the counts of a run's row: which milestone has begun, whether it is ready for the next
 * one, and how many documents still need a decision. A milestone that nobody has begun is never shown as the present one,
 * and nothing is done while a document is left.
 * @param run a File_Migration_Run__c
 */
export function progressOf(run) {
  const total = (fields) => fields.reduce((sum, field) => sum + (run[field] ?? 0), 0);
  const switched = run.Switched__c ?? 0;
  const attention = total(ATTENTION);
  const isSwitched = switched > 0 && total(WAITING) === 0;
  return {
    step: stepOf(run.Milestone__c, switched, attention),
    attention,
    isReady: isReady(run, switched),
    isSwitched,
  };
}

function stepOf(published, switched, attention) {
  if (published === 'Switch' && switched === 0) {
    return 'Verify';
  }
  return published === 'Done' && (attention > 0 || switched === 0) ? 'Switch' : published;
}

/** Everything that can be is verified, and no link has been written. */
function isReady({ Milestone__c: published }, switched) {
  return published === 'Switch' && switched === 0;
}
