import { LightningElement, api } from 'lwc';
import { reduceErrors } from 'c/fileMigrationWire';
import KIND from '@salesforce/label/c.File_Migration_Kind_Error';
import UNREADABLE from '@salesforce/label/c.File_Migration_Unreadable';

/** What could not be read, in the org's own words. Shows nothing while there is no error. */
export default class FileMigrationErrorPanel extends LightningElement {
  labels = { kind: KIND };
  /** An error of a wire or a call, or several. */
  @api errors;
  /** What cannot be shown, in place of a general sentence. */
  @api title = UNREADABLE;

  get messages() {
    return reduceErrors(this.errors);
  }

  get hasErrors() {
    return this.messages.length > 0;
  }
}
