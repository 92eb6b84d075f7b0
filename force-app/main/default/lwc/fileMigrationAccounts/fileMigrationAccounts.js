import { LightningElement, api } from 'lwc';
import { count, share } from 'c/fileMigrationText';
import { listState } from 'c/fileMigrationWire';
import ACCOUNT from '@salesforce/label/c.File_Migration_Account';
import ATTENTION from '@salesforce/label/c.File_Migration_Attention';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Documents';
import EMPTY from '@salesforce/label/c.File_Migration_Accounts_None';
import LOADING from '@salesforce/label/c.File_Migration_Loading';
import NONE from '@salesforce/label/c.File_Migration_No_Account';
import PROVED from '@salesforce/label/c.File_Migration_Proved';
import TITLE from '@salesforce/label/c.File_Migration_Top_Accounts';

/** The accounts with most documents, and how far each is. */
export default class FileMigrationAccounts extends LightningElement {
  labels = {
    account: ACCOUNT,
    attention: ATTENTION,
    documents: DOCUMENTS,
    empty: EMPTY,
    loading: LOADING,
    none: NONE,
    proved: PROVED,
    title: TITLE,
  };
  /** The whole answer of the wire: File_Migration_Account__c records, or why there are none. */
  @api result;

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
    return this.result.data.map((account) => ({
      ...account,
      documents: count(account.Documents__c),
      proved: share((account.Verified__c ?? 0) + (account.Switched__c ?? 0), account.Documents__c),
      attention: count(account.Attention__c),
    }));
  }
}
