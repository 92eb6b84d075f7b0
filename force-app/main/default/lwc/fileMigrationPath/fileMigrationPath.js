import { LightningElement, api } from 'lwc';
import { progressOf } from 'c/fileMigrationProgress';
import { count, fill } from 'c/fileMigrationText';
import { wireState } from 'c/fileMigrationWire';
import EXCEPTIONS from '@salesforce/label/c.File_Migration_Exceptions';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import NONE from '@salesforce/label/c.File_Migration_Path_None';
import PATH from '@salesforce/label/c.File_Migration_Path';
import READY from '@salesforce/label/c.File_Migration_Ready';

/** The milestones as a path. Which there are, their words and their order stand in File_Migration_Milestone__mdt. */
export default class FileMigrationPath extends LightningElement {
  labels = { loading: LOADING, none: NONE, path: PATH };
  /** The whole answer of the wire: File_Migration_Milestone__mdt records, or why there are none. */
  @api result;
  /** The newest File_Migration_Run__c. */
  @api run = {};

  get milestones() {
    return this.result?.data;
  }

  get error() {
    return this.result?.error;
  }

  get isLoading() {
    return wireState(this.result) === 'loading';
  }

  get isEmpty() {
    return this.milestones.length === 0;
  }

  get progress() {
    return progressOf(this.run);
  }

  get current() {
    return this.progress.step;
  }

  /** What the step means for users; what the counts say goes before the words of the milestone. */
  get meaning() {
    const { attention, isReady, isSwitched, step } = this.progress;
    if (isSwitched && attention > 0) {
      return fill(EXCEPTIONS, count(attention));
    }
    return isReady ? READY : this.milestones?.find(({ DeveloperName }) => DeveloperName === step)?.Description__c;
  }
}
