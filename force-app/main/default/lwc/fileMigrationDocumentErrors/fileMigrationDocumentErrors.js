import { LightningElement, api, wire } from 'lwc';
import { wireState } from 'c/fileMigrationWire';
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
  wiredClassResult;
  wiredRunResult;

  @wire(getDocumentsOfClass, { catalogId: '$catalogId', code: '$code' })
  wiredClass(result) {
    this.wiredClassResult = result;
  }

  @wire(getDocumentsOfRun, { runId: '$runId' })
  wiredRun(result) {
    this.wiredRunResult = result;
  }

  /** Only one of the two wires has its parameters. */
  get result() {
    return this.runId ? this.wiredRunResult : this.wiredClassResult;
  }

  get documents() {
    return this.result?.data;
  }

  get error() {
    return this.result?.error;
  }

  get isLoading() {
    return wireState(this.result) === 'loading';
  }

  get isEmpty() {
    return this.documents.length === 0;
  }
}
