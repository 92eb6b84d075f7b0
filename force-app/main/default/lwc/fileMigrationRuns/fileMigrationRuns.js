import { LightningElement, api } from 'lwc';
import { bytes, count, duration, fill, secondsBetween } from 'c/fileMigrationText';
import { wireState } from 'c/fileMigrationWire';
import { statusLabel, statusTone } from 'c/fileMigrationRunStatus';
import COUNTERS from '@salesforce/label/c.File_Migration_Run_Counters';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import PROCESSED from '@salesforce/label/c.File_Migration_Run_Processed';
import TITLE from '@salesforce/label/c.File_Migration_Run_Title';
import TOOK from '@salesforce/label/c.File_Migration_Run_Took';

/** The newest runs; each opens to show what it did and the documents that it could not bring forward. */
export default class FileMigrationRuns extends LightningElement {
  labels = { loading: LOADING };
  /** The whole answer of the wire: File_Migration_Run__c records of all catalogs, the newest first. */
  @api result;
  /** Only the runs of this catalog are shown. */
  @api catalogId;
  /** Milliseconds since 1970: how long a run that goes on has taken. */
  @api now = 0;
  opened;

  get isLoading() {
    return wireState(this.result) === 'loading';
  }

  get error() {
    return this.result?.error;
  }

  get runs() {
    return this.result.data.filter(({ Catalog_Id__c: catalog }) => catalog === this.catalogId);
  }

  get rows() {
    return this.runs.map((run) => {
      const open = run.Id === this.opened;
      return {
        ...run,
        open,
        expanded: String(open),
        icon: open ? 'utility:chevrondown' : 'utility:chevronright',
        title: fill(TITLE, count(run.Run_Number__c), run.Type__c, run.Mode__c),
        status: statusLabel(run.Status__c),
        badge: `slds-m-left_small slds-theme_${statusTone(run.Status__c)}`,
        took: fill(TOOK, duration(secondsBetween(run.Started__c, run.Ended__c ?? lastSign(run), this.now))),
        processed: fill(PROCESSED, count(run.Processed__c)),
        counters: fill(COUNTERS, count(run.Succeeded__c), count(run.Not_Succeeded__c), bytes(run.Bytes_Copied__c)),
      };
    });
  }

  handleToggle(event) {
    const { id } = event.currentTarget.dataset;
    this.opened = this.opened === id ? undefined : id;
  }
}

/** A run that died took as long as it gave signs of life. */
function lastSign(run) {
  return run.Status__c === 'running' ? undefined : run.Heartbeat__c;
}
