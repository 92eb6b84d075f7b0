import { LightningElement, api } from 'lwc';
import { bytes, count, duration, fill, share } from 'c/fileMigrationText';
import ACCOUNTS from '@salesforce/label/c.File_Migration_Of_Accounts';
import BYTES from '@salesforce/label/c.File_Migration_In_The_Bucket';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Documents';
import DOES_NOT_ADD_UP from '@salesforce/label/c.File_Migration_Does_Not_Add_Up';
import EVIDENCE from '@salesforce/label/c.File_Migration_Evidence';
import EVIDENCE_A from '@salesforce/label/c.File_Migration_Evidence_A';
import EVIDENCE_B from '@salesforce/label/c.File_Migration_Evidence_B';
import EVIDENCE_C from '@salesforce/label/c.File_Migration_Evidence_C';
import EVIDENCE_D from '@salesforce/label/c.File_Migration_Evidence_D';
import EVIDENCE_E from '@salesforce/label/c.File_Migration_Evidence_E';
import IDLE from '@salesforce/label/c.File_Migration_Idle';
import NOT_AT_WORK from '@salesforce/label/c.File_Migration_Not_At_Work';
import NO_EVIDENCE from '@salesforce/label/c.File_Migration_No_Evidence';
import PER_SECOND from '@salesforce/label/c.File_Migration_Per_Second';
import PROVED from '@salesforce/label/c.File_Migration_Proved';
import RATE from '@salesforce/label/c.File_Migration_Rate';
import REMAINING from '@salesforce/label/c.File_Migration_Remaining';
import STATES from '@salesforce/label/c.File_Migration_States';
import STATE_ARCHIVED from '@salesforce/label/c.File_Migration_State_Archived';
import STATE_BROKEN from '@salesforce/label/c.File_Migration_State_Broken';
import STATE_CHANGED from '@salesforce/label/c.File_Migration_State_Changed';
import STATE_COPIED from '@salesforce/label/c.File_Migration_State_Copied';
import STATE_DELETED from '@salesforce/label/c.File_Migration_State_Deleted';
import STATE_DENIED from '@salesforce/label/c.File_Migration_State_Denied';
import STATE_DISCOVERED from '@salesforce/label/c.File_Migration_State_Discovered';
import STATE_FAILED from '@salesforce/label/c.File_Migration_State_Failed';
import STATE_MISSING from '@salesforce/label/c.File_Migration_State_Missing';
import STATE_SKIPPED from '@salesforce/label/c.File_Migration_State_Skipped';
import STATE_SWITCHED from '@salesforce/label/c.File_Migration_State_Switched';
import STATE_VERIFIED from '@salesforce/label/c.File_Migration_State_Verified';
import TIME_LEFT from '@salesforce/label/c.File_Migration_Time_Left';
import UNKNOWN from '@salesforce/label/c.File_Migration_Unknown';

const STATES_IN_ORDER = [
  ['Broken__c', STATE_BROKEN, 'error'],
  ['Switched__c', STATE_SWITCHED, 'best'],
  ['Verified__c', STATE_VERIFIED, 'good'],
  ['Copied__c', STATE_COPIED, 'fair'],
  ['Discovered__c', STATE_DISCOVERED, 'open'],
  ['Changed__c', STATE_CHANGED, 'warning'],
  ['Failed__c', STATE_FAILED, 'error'],
  ['Missing__c', STATE_MISSING, 'error'],
  ['Denied__c', STATE_DENIED, 'error'],
  ['Archived__c', STATE_ARCHIVED, 'warning'],
  ['Skipped__c', STATE_SKIPPED, 'weak'],
  ['Deleted__c', STATE_DELETED, 'past'],
];
const GRADES = [
  ['Evidence_A__c', EVIDENCE_A, 'best'],
  ['Evidence_B__c', EVIDENCE_B, 'good'],
  ['Evidence_C__c', EVIDENCE_C, 'fair'],
  ['Evidence_D__c', EVIDENCE_D, 'weak'],
  ['Evidence_E__c', EVIDENCE_E, 'warning'],
];

/** The figures of one published snapshot: how many, how much, how fast, and in which state. */
export default class FileMigrationFigures extends LightningElement {
  labels = { states: STATES, evidence: EVIDENCE, noEvidence: NO_EVIDENCE };
  /** A File_Migration_Run__c. */
  @api run = {};
  /** Whether the run is at work just now: only then there is a rate and a time left. */
  @api atWork = false;

  get tiles() {
    const { run } = this;
    const proved = this.valueOf('Verified__c') + this.valueOf('Switched__c');
    return [
      {
        key: 'documents',
        label: DOCUMENTS,
        value: count(run.Documents__c),
        detail: fill(ACCOUNTS, count(run.Accounts__c)),
      },
      {
        key: 'proved',
        label: PROVED,
        value: share(proved, this.valueOf('Documents__c')) || count(0),
        detail: fill(BYTES, bytes(run.Bytes__c)),
      },
      {
        key: 'rate',
        label: RATE,
        value: this.atWork ? fill(PER_SECOND, rate(run.Rate__c)) : IDLE,
        detail: this.rateOfBytes,
      },
      {
        key: 'timeLeft',
        label: TIME_LEFT,
        value: this.timeLeft,
        detail: fill(REMAINING, count(run.Remaining__c)),
      },
    ];
  }

  /** A phase that moves no bytes has no rate of them. */
  get rateOfBytes() {
    if (!this.atWork) {
      return NOT_AT_WORK;
    }
    return this.run.Bytes_Rate__c === undefined ? '' : fill(PER_SECOND, bytes(this.run.Bytes_Rate__c));
  }

  get timeLeft() {
    if (!this.atWork) {
      return IDLE;
    }
    return this.run.Seconds_Left__c === undefined ? UNKNOWN : duration(this.run.Seconds_Left__c);
  }

  get states() {
    return this.parts(STATES_IN_ORDER);
  }

  get evidence() {
    return this.parts(GRADES);
  }

  get hasEvidence() {
    return this.evidence.some(({ value }) => value > 0);
  }

  /** Counts always add up; if what was published ever does not, nobody is left to find out alone. */
  get doesNotAddUp() {
    const sum = this.states.reduce((total, { value }) => total + value, 0);
    const documents = this.valueOf('Documents__c');
    return sum === documents ? undefined : fill(DOES_NOT_ADD_UP, count(sum), count(documents));
  }

  parts(fields) {
    return fields.map(([field, label, tone]) => ({ key: field, label, tone, value: this.valueOf(field) }));
  }

  valueOf(field) {
    return this.run[field] ?? 0;
  }
}

/** Slow rates need their decimals, fast ones do not. */
function rate(perSecond = 0) {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(perSecond);
}
