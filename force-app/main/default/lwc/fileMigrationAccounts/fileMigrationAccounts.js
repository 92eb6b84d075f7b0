import { LightningElement, api } from 'lwc';
import { count, share } from 'c/fileMigrationText';
import ACCOUNT from '@salesforce/label/c.File_Migration_Account';
import ATTENTION from '@salesforce/label/c.File_Migration_Attention';
import DOCUMENTS from '@salesforce/label/c.File_Migration_Documents';
import EMPTY from '@salesforce/label/c.File_Migration_Accounts_None';
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
    none: NONE,
    proved: PROVED,
    title: TITLE,
  };
  /** File_Migration_Account__c records. */
  @api accounts = [];

  get hasAccounts() {
    return this.accounts.length > 0;
  }

  get rows() {
    return this.accounts.map((account) => ({
      ...account,
      documents: count(account.Documents__c),
      proved: share((account.Verified__c ?? 0) + (account.Switched__c ?? 0), account.Documents__c),
      attention: count(account.Attention__c),
    }));
  }
}
