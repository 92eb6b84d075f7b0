import { LightningElement, api } from 'lwc';
import { fill } from 'c/fileMigrationText';
import COMPARED from '@salesforce/label/c.File_Migration_Gate_Compared';
import CHECKED from '@salesforce/label/c.File_Migration_Gates_Checked';
import FAILED from '@salesforce/label/c.File_Migration_Gate_Failed';
import IGNORED from '@salesforce/label/c.File_Migration_Gate_Ignored';
import NONE from '@salesforce/label/c.File_Migration_Gates_None';
import PASSED from '@salesforce/label/c.File_Migration_Gate_Passed';
import UNKNOWN from '@salesforce/label/c.File_Migration_Gate_Unknown';
import UNREADABLE from '@salesforce/label/c.File_Migration_Snapshot_Unreadable';

/** What stands between here and the switch: each gate with what was found, what is expected, and the command that fixes it. */
export default class FileMigrationGates extends LightningElement {
  labels = { checked: CHECKED, none: NONE, unreadable: UNREADABLE };
  /** What c/fileMigrationSnapshot has read. */
  @api snapshot;

  get gates() {
    return this.snapshot?.gates ?? [];
  }

  /** When they were looked at, milliseconds since 1970. */
  get checkedAt() {
    return this.snapshot?.gatesAt;
  }

  get isUnreadable() {
    return this.snapshot?.isUnreadable;
  }

  get hasGates() {
    return this.gates.length > 0;
  }

  get rows() {
    return this.gates.map((gate) => ({
      ...gate,
      ...lookOf(gate),
      isPassed: gate.status === 'passed',
      detail: gate.expected ? fill(COMPARED, gate.found, gate.expected) : gate.found,
      todo: gate.status === 'passed' ? '' : gate.fix,
    }));
  }
}

function lookOf({ status }) {
  switch (status) {
    case 'passed':
      return { icon: 'utility:success', variant: 'success', outcome: PASSED };
    case 'ignored':
      return { icon: 'utility:warning', variant: 'warning', outcome: IGNORED };
    case 'unknown':
      return { icon: 'utility:question', variant: 'error', outcome: UNKNOWN };
    default:
      return { icon: 'utility:error', variant: 'error', outcome: FAILED };
  }
}
