import { LightningElement, api, wire } from 'lwc';
import { getFieldValue, getRecord } from 'lightning/uiRecordApi';
import KEY_FIELD from '@salesforce/schema/DocListEntry__c.File_Key__c';
import ORIGINAL_URL_FIELD from '@salesforce/schema/DocListEntry__c.File_Original_Url__c';
import URL_FIELD from '@salesforce/schema/DocListEntry__c.Document__c';
import EMPTY from '@salesforce/label/c.File_Migration_Document_Empty';
import EMPTY_MORE from '@salesforce/label/c.File_Migration_Document_Empty_More';
import LOADING from '@salesforce/label/c.File_Migration_Document_Loading';
import NEW_TAB from '@salesforce/label/c.File_Migration_Document_New_Tab';
import NO_ACCESS from '@salesforce/label/c.File_Migration_Document_No_Access';
import OPEN from '@salesforce/label/c.File_Migration_Document_Open';
import ORIGINAL from '@salesforce/label/c.File_Migration_Document_Original';
import REPLACED from '@salesforce/label/c.File_Migration_Document_Replaced';
import REPLACED_MORE from '@salesforce/label/c.File_Migration_Document_Replaced_More';
import ROLLED_BACK from '@salesforce/label/c.File_Migration_Document_Rolled_Back';
import ROLLED_BACK_MORE from '@salesforce/label/c.File_Migration_Document_Rolled_Back_More';
import SWITCHED from '@salesforce/label/c.File_Migration_Document_Switched';
import SWITCHED_MORE from '@salesforce/label/c.File_Migration_Document_Switched_More';
import TITLE from '@salesforce/label/c.File_Migration_Document_Title';
import WAITING from '@salesforce/label/c.File_Migration_Document_Waiting';
import WAITING_MORE from '@salesforce/label/c.File_Migration_Document_Waiting_More';

const FIELDS = [URL_FIELD, KEY_FIELD, ORIGINAL_URL_FIELD];
const STATES = {
  loading: { name: 'loading', loading: true },
  'no-access': { name: 'no-access', icon: 'utility:lock', title: TITLE, more: NO_ACCESS },
  empty: { name: 'empty', icon: 'utility:file', title: EMPTY, more: EMPTY_MORE },
  switched: { name: 'switched', icon: 'utility:success', variant: 'success', title: SWITCHED, more: SWITCHED_MORE },
  waiting: { name: 'waiting', icon: 'utility:clock', title: WAITING, more: WAITING_MORE },
  'rolled-back': { name: 'rolled-back', icon: 'utility:undo', title: ROLLED_BACK, more: ROLLED_BACK_MORE },
  replaced: { name: 'replaced', icon: 'utility:warning', variant: 'warning', title: REPLACED, more: REPLACED_MORE },
};

/** Where the file of a document opens from. Says what stands on the record, and nothing that it cannot know. */
export default class FileMigrationDocument extends LightningElement {
  labels = { loading: LOADING, newTab: NEW_TAB, open: OPEN, original: ORIGINAL, title: TITLE };
  @api recordId;
  record = {};

  @wire(getRecord, { recordId: '$recordId', fields: FIELDS })
  wiredRecord(result) {
    this.record = result;
  }

  /** Why the record could not be read, in the org's own words. */
  get reason() {
    const bodies = [this.record.error?.body].flat();
    return bodies
      .map((body) => body?.message ?? '')
      .join(' ')
      .trim();
  }

  get url() {
    return this.valueOf(URL_FIELD);
  }

  get original() {
    return this.valueOf(ORIGINAL_URL_FIELD);
  }

  get state() {
    return STATES[this.stateName];
  }

  get stateName() {
    if (this.record.error) {
      return 'no-access';
    }
    if (!this.record.data) {
      return 'loading';
    }
    if (this.isOurLink) {
      return 'switched';
    }
    if (!this.valueOf(KEY_FIELD)) {
      return this.url ? 'waiting' : 'empty';
    }
    return this.url === this.original ? 'rolled-back' : 'replaced';
  }

  /** As the guard tells it: the link ends in /d/ and the record id, or has the record id as a folder. */
  get isOurLink() {
    return this.url.endsWith(`/d/${this.recordId}`) || this.url.includes(`/${this.recordId}/`);
  }

  get openUrl() {
    return webAddress(this.url);
  }

  /** Only beside another link: twice the same button helps nobody. */
  get originalUrl() {
    return this.original === this.url ? undefined : webAddress(this.original);
  }

  valueOf(field) {
    return (this.record.data && getFieldValue(this.record.data, field)) || '';
  }
}

/** What a field holds is a user's text: only web addresses become links. */
function webAddress(text) {
  return /^https?:\/\//i.test(text) ? text : undefined;
}
