import { LightningElement, api } from 'lwc';
import { fill } from 'c/fileMigrationText';
import COMPARED from '@salesforce/label/c.File_Migration_Gate_Compared';
import FAILED from '@salesforce/label/c.File_Migration_Gate_Failed';
import NONE from '@salesforce/label/c.File_Migration_Gates_None';
import PASSED from '@salesforce/label/c.File_Migration_Gate_Passed';

/** What stands between here and the switch: each gate with its figure, its threshold, and the command that mends it. */
export default class FileMigrationGates extends LightningElement {
  labels = { none: NONE };
  @api gates = [];

  get hasGates() {
    return this.gates.length > 0;
  }

  get rows() {
    return this.gates.map((gate) => ({
      ...gate,
      icon: gate.passed ? 'utility:success' : 'utility:error',
      variant: gate.passed ? 'success' : 'error',
      verdict: gate.passed ? PASSED : FAILED,
      detail: gate.threshold ? fill(COMPARED, gate.value, gate.threshold) : gate.value,
      todo: gate.passed ? '' : gate.advice,
    }));
  }
}
