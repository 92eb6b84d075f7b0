import { LightningElement, api } from 'lwc';
import { count, fill } from 'c/fileMigrationText';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Number_Of_Documents';
import NONE from '@salesforce/label/c.File_Migration_Errors_None';
import TO_DO from '@salesforce/label/c.File_Migration_To_Do';

/** Errors by class, those with most documents first, each with what to do; a class opens to show its newest documents. */
export default class FileMigrationErrors extends LightningElement {
  labels = { none: NONE, todo: TO_DO };
  @api catalogId;
  /** File_Migration_Error__c records of kind class. */
  @api classes = [];
  opened;

  get hasClasses() {
    return this.classes.length > 0;
  }

  get rows() {
    return this.classes.map((each) => {
      const open = each.Code__c === this.opened;
      return {
        ...each,
        open,
        expanded: String(open),
        icon: open ? 'utility:chevrondown' : 'utility:chevronright',
        documents: fill(DOCUMENTS, count(each.Documents__c)),
      };
    });
  }

  handleToggle(event) {
    const { code } = event.currentTarget.dataset;
    this.opened = this.opened === code ? undefined : code;
  }
}
