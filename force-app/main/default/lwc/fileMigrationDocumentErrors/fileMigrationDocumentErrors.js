import { LightningElement, api, wire } from 'lwc';
import { errorText } from 'c/fileMigrationText';
import getDocumentsOfClass from '@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass';
import getDocumentsOfRun from '@salesforce/apex/FileMigrationStatusController.getDocumentsOfRun';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import NONE from '@salesforce/label/c.File_Migration_No_Documents';

/** The newest documents with an error: of one class (catalog and code are given), or of one run (its id is given). */
export default class FileMigrationDocumentErrors extends LightningElement {
  labels = { loading: LOADING, none: NONE };
  @api catalogId;
  @api code;
  @api runId;
  documents;
  problem;

  @wire(getDocumentsOfClass, { catalogId: '$catalogId', code: '$code' })
  handleClass(answer) {
    this.take(answer);
  }

  @wire(getDocumentsOfRun, { runId: '$runId' })
  handleRun(answer) {
    this.take(answer);
  }

  take({ data, error }) {
    if (data) {
      this.documents = data;
    }
    if (data || error) {
      this.problem = error ? errorText(error) : undefined;
    }
  }

  get loading() {
    return this.documents === undefined && this.problem === undefined;
  }

  get empty() {
    return this.documents.length === 0;
  }
}
