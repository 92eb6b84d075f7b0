import { LightningElement, api } from 'lwc';
import { count, fill } from 'c/fileMigrationText';
import { listState } from 'c/fileMigrationWire';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Number_Of_Documents';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import NONE from '@salesforce/label/c.File_Migration_Errors_None';
import TO_DO from '@salesforce/label/c.File_Migration_To_Do';

/** Errors by class, those with most documents first, each with what to do; a class opens to show its newest documents. */
export default class FileMigrationErrors extends LightningElement {
  labels = { loading: LOADING, none: NONE, todo: TO_DO };
  @api catalogId;
  /** The whole answer of the wire: File_Migration_Error__c records of kind class, or why there are none. */
  @api result;
  opened;

  get state() {
    return listState(this.result);
  }

  get isLoading() {
    return this.state === 'loading';
  }

  get isEmpty() {
    return this.state === 'empty';
  }

  get error() {
    return this.result?.error;
  }

  get rows() {
    return this.result.data.map((each) => {
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
